"""The tests of Fingerpost: one folder for each source root, and what several of them share."""
