"""``complaintkit policy``: what people who write policies need, one module for each verb."""

from typing import Final

#: Each verb, in the order of a newcomer's needs: the module that carries it out, and what it is for.
VERBS: Final = {
    "list": ("listing", "list the profiles and packs of the library"),
    "show": ("showing", "show one policy: what it is, where it comes from, what it says"),
    "check": ("check", "find everything that is wrong with the files of policies"),
    "explain": ("explain", "ask a policy, and say why it answers so"),
    "test": ("testing", "run the tests that stand in a policy"),
    "coverage": ("coverage", "say which rules of a policy no test fires"),
    "diff": ("diff", "compare two policies, and say which past complaints would change"),
    "schema": ("schema", "write the JSON Schema of policies, for editors"),
}
