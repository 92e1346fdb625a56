"""Django's own commands, for developers; people who run Farward use `farward`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farward.settings")
    execute_from_command_line(sys.argv)
