"""Keys that data brings, which JavaScript gives a meaning: they are keys as others are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import chromium
from support.page_modules import evaluate

pytestmark = pytest.mark.skipif(
    chromium.program() is None and not chromium.IS_WANTED,
    reason="Debian's package chromium is not installed",
)

NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]


def test_what_a_file_does_not_hold_is_not_found_in_its_objects(tmp_path: Path) -> None:
    script = f"""
        const answers = {{
          experiments: {{ ids: [], columns: [] }}, file: {{ a: {{}} }}, why: {{}},
          experiment: JSON.parse('{{"a": {{"id": "a"}}}}'),
        }};
        const source = embeddedSource({{ answers }});
        const codes = [];
        for (const id of {json.dumps(NAMES)})
          for (const request of [
            {{ ask: "experiment", id }}, {{ ask: "file", id, path: "x" }},
            {{ ask: "file", id: "a", path: id }}, {{ ask: "why", ids: [id] }},
            {{ ask: id }},
          ])
            codes.push(await source.ask(request).then(() => "answered", (one) => one.code));
        return [codes, (await source.ask({{ ask: "experiment", id: "a" }})).id];
    """
    codes, found = evaluate(tmp_path, ["source.js"], script)
    assert codes == ["not-in-file"] * 5 * len(NAMES)
    assert found == "a"


def test_a_file_holds_identifiers_with_such_names(tmp_path: Path) -> None:
    stored = json.dumps({name: {"id": name} for name in NAMES})
    script = f"""
        const experiments = {{ ids: [], columns: [] }};
        const experiment = JSON.parse({json.dumps(stored)});
        const source = embeddedSource({{ answers: {{ experiments, experiment }} }});
        const found = [];
        for (const id of {json.dumps(NAMES)})
          found.push((await source.ask({{ ask: "experiment", id }})).id);
        return found;
    """
    assert evaluate(tmp_path, ["source.js"], script) == NAMES


def test_params_and_metrics_of_a_row_have_such_names(tmp_path: Path) -> None:
    script = f"""
        const names = {json.dumps(NAMES)};
        const columns = names.flatMap((name) => [
          {{ key: `params.${{name}}`, values: [{{ of: name }}] }},
          {{ key: `metrics.${{name}}`, last: [1], min: [0], max: [2], count: [3] }},
        ]);
        const answer = {{ revision: "a-1", whole: true, ids: ["a"], columns }};
        const experiments = createExperiments({{ live: false, ask: async () => answer }}, document);
        await experiments.refresh();
        const {{ params, metrics }} = fromRow(experiments, "a");
        return [Object.entries(params), Object.keys(metrics).sort()];
    """
    params, metrics = evaluate(tmp_path, ["experiment.js", "experiments.js"], script)
    assert params == [[name, {"of": name}] for name in NAMES]
    assert metrics == sorted(NAMES)


def test_points_of_such_an_experiment_are_asked_for_once(tmp_path: Path) -> None:
    script = f"""
        const names = {json.dumps(NAMES)};
        let count = 2;
        const asked = [];
        const source = {{
          live: true,
          series: async ({{ ids, metrics, have }}) => {{
            asked.push(JSON.parse(JSON.stringify(have ?? null)));
            const series = ids.flatMap((id) => metrics.map((metric) => ({{
              id, metric, count, from: have === undefined ? 0 : 2, x: Float64Array.of(1, 2),
              y: Float32Array.of(1, 2), t: null, breaks: [], marks: [], start: 0, writer: null,
            }})));
            return {{ series }};
          }},
        }};
        const experiments = {{ value: () => count }};
        const data = createCurveData({{ source, experiments }}, () => {{}});
        const want = () => data.need({{ metric: "__proto__", ids: names, x: "step", columns: 9 }});
        const rest = async () => {{ for (let turn = 0; turn < 50; turn += 1) await null; }};
        want();
        await rest();
        count = 4;
        want();
        await rest();
        const have = asked[1];
        return [asked.length, Object.keys(have).sort(), Object.entries(have["__proto__"] ?? {{}}),
          names.map((id) => data.get("step", "__proto__", id)[0].x.length)];
    """
    assert evaluate(tmp_path, ["curvedata.js"], script) == [
        2,
        sorted(NAMES),
        [["__proto__", 2]],
        [4] * len(NAMES),
    ]
