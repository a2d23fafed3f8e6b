"""How the documentation is built; `make docs` calls it with warnings as errors."""

from pathlib import Path
from pkgutil import resolve_name

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from complaintkit import __version__

HERE = Path(__file__).parent

project = "complaintkit"
author = "complaintkit contributors"
copyright = "2026, complaintkit contributors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build", "reference/api/modules.rst"]
html_theme = "furo"
html_title = f"complaintkit {release}"
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3
# Thousands of names in the table of contents of every page would double the time of a build.
toc_object_entries = False

# One page for each module, made from the docstrings on every build.
apidoc_modules = [
    {
        "path": HERE.parent / "src" / "complaintkit",
        "destination": "reference/api",
        "exclude_patterns": ["**/__main__.py"],
        "separate_modules": True,
        "module_first": True,
    }
]
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "show-inheritance": True,
    # A name is described where it is defined, not again in the package that passes it on.
    "ignore-module-all": True,
    # What python-statemachine adds to every chart.
    "exclude-members": "final_states, states_map",
}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88

# Every reference into complaintkit must lead somewhere. The build needs no network, so names of other libraries are
# not looked up in their inventories and stay plain text; so do private names and type variables, which have no page.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(?!complaintkit\b).*"),
    (r"py:.*", r"complaintkit\..*\b_\w+"),
    (r"py:.*", r"complaintkit\.[a-z_.]+\.[A-Z]"),
]


def take_names_exactly(app: Sphinx, document: nodes.document) -> None:
    """Let no type guess: Sphinx reads this mark as set even where it is False, and links ``type`` to any attribute."""
    for reference in document.findall(pending_xref):
        if reference.get("refspecific") is False:
            del reference["refspecific"]


def leave_out_parts_of_charts(app: Sphinx, what: str, name: str, value: object, *_: object) -> bool | None:
    """A state or an event of a chart brings the text of python-statemachine with it, which says nothing about ours."""
    return True if type(value).__module__.startswith("statemachine.") else None


def follow_public_name(
    app: Sphinx, env: BuildEnvironment, reference: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Lead a name that a package passes on (``policy.Profile``) to the page of the module that defines it."""
    if reference.get("refdomain") != "py" or not reference["reftarget"].startswith("complaintkit."):
        return None
    try:
        value = resolve_name(reference["reftarget"])
        home = f"{value.__module__}.{value.__qualname__}"
    except (AttributeError, ImportError):
        return None
    python = env.domains.python_domain
    return python.resolve_xref(env, reference["refdoc"], app.builder, reference["reftype"], home, reference, content)


def setup(app: Sphinx) -> None:
    app.connect("missing-reference", follow_public_name)
    app.connect("autodoc-skip-member", leave_out_parts_of_charts)
    app.connect("doctree-read", take_names_exactly)
