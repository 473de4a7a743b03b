"""Forms of form-js (JSON): read into fields that a page can render without JavaScript, posted data checked, and the
form itself checked before it is deployed.

The keys of the fields are the names of the variables they fill. What each type of component means stands in one entry
of `kinds.KINDS`; conditions and rules are those of form-js's `ConditionChecker` and `Validator`.
"""

from procedures.forms.checking import check
from procedures.forms.conditions import Wrong
from procedures.forms.form import Form
from procedures.forms.numbering import typed as number_typed
from procedures.forms.offers import offered
from procedures.forms.reading import read
from procedures.forms.sameness import People, contradictions, filled, repeated
from procedures.forms.values import Choices, Field, FormError, Invalid

__all__ = [
    "Choices",
    "Field",
    "Form",
    "FormError",
    "Invalid",
    "People",
    "Wrong",
    "check",
    "contradictions",
    "filled",
    "number_typed",
    "offered",
    "read",
    "repeated",
]
