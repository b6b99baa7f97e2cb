"""JSON Schemas of the YAML files, made from the models: completion and explanations in editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic.json_schema import GenerateJsonSchema

from bot.kb.followups import FollowUpFile
from bot.kb.models import KnowledgeFile

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The latest that all YAML editors know; the models need nothing of later ones."""
FOLLOWUPS = "suivi.schema.json"
"""For ``suivi.yaml``."""
KNOWLEDGE = "schema.json"
"""For all other files."""


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles of fields, which say nothing that their names do not."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        """Never."""
        del schema
        return False


def schemas() -> dict[str, str]:
    """Return the JSON of each schema by the name of its file."""
    models: dict[str, type[BaseModel]] = {KNOWLEDGE: KnowledgeFile, FOLLOWUPS: FollowUpFile}
    return {
        name: json.dumps(
            {"$schema": DIALECT} | model.model_json_schema(schema_generator=_Untitled),
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, model in models.items()
    }
