"""JSON Schemas of the YAML files, made from the models: completion and explanations in editors."""

from __future__ import annotations

import ast
import inspect
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from bot.kb.followups import FollowUpFile
from bot.kb.models import KnowledgeFile

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema
    from pydantic_core.core_schema import ModelSchema

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The latest that all YAML editors know; the models need nothing of later ones."""
FOLLOWUPS = "suivi.schema.json"
"""For ``suivi.yaml``."""
KNOWLEDGE = "schema.json"
"""For all other files."""


class _Explained(GenerateJsonSchema):
    """Shows what stands below a field, and leaves out its title, which says nothing that its name does not.

    pydantic's ``use_attribute_docstrings`` would do the first, but each time that the models are imported:
    a fiftieth of a start.
    """

    def model_schema(self, schema: ModelSchema) -> dict[str, Any]:
        """Describe the fields of a model, inherited ones first."""
        made = super().model_schema(schema)
        for model in reversed(schema["cls"].__mro__):
            for field, text in _docstrings(model).items():
                made["properties"][field]["description"] = text
        return made

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        """Never."""
        del schema
        return False


def schemas() -> dict[str, str]:
    """Return the JSON of each schema by the name of its file."""
    models: dict[str, type[BaseModel]] = {KNOWLEDGE: KnowledgeFile, FOLLOWUPS: FollowUpFile}
    return {
        name: json.dumps(
            {"$schema": DIALECT} | model.model_json_schema(schema_generator=_Explained),
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in models.items()
    }


def _docstrings(model: type) -> dict[str, str]:
    """Return the text below each field that a model of ours defines itself."""
    if not model.__module__.startswith(__package__):
        return {}
    [defined] = ast.parse(inspect.getsource(model)).body
    assert isinstance(defined, ast.ClassDef)  # noqa: S101 (the source of a class)
    found = {}
    for pair in pairwise(defined.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = text
    return found
