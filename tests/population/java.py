"""Whether there is a Java that Spark can use; `./check` asks in the same way."""

import os
import re
import subprocess
from pathlib import Path

OLDEST = 17


def has_java() -> bool:
    """Whether `java`, of `JAVA_HOME` or on the path, is of version 17 or later."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    try:
        said = subprocess.run(
            [java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    found = re.search(r"java\.specification\.version = (\d+)", said.stderr + said.stdout)
    return found is not None and int(found[1]) >= OLDEST
