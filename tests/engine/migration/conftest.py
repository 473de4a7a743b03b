"""The database of the commands' tests, with its settable clock."""

from tests.engine.commands.conftest import clock as clock
from tests.engine.commands.conftest import db as db
