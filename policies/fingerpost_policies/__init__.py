"""The policies that Fingerpost ships: data, and the few lines of Python that find it.

One folder holds one edition of one policy, with its codes and its tests in the language. Nothing here imports
another package of Fingerpost, so that a policy can be read, and shipped, without any of them.
"""
