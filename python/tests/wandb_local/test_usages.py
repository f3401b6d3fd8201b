"""The 59 lines of Weights & Biases that scripts are made of: each does what it is for.

A line runs with the stand-in as ``wandb``, in a run that is open unless the line opens one itself.
The condition is about what is there afterwards, when the run has ended: ``exp`` is its experiment,
``row`` the lines of its history that are no numbers, ``it`` what the line made last.
"""

# ruff: noqa: E501 - the lines are those of scripts, whole

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.wandb.runs.history_file import read_lines

numpy = pytest.importorskip("numpy")
load_experiment = public.load("load_experiment")

USAGES = {
    # What init is given
    "init": ("run = wandb.init()", "exp.name == 'exp-001' and exp.status == 'completed'"),
    "project": ("run = wandb.init(project='mnist')", "mark['project'] == it.project == 'mnist'"),
    "entity": ("run = wandb.init(project='p', entity='team')",
               "mark['entity'] == 'team' and it.path == f'team/p/{it.id}'"),
    "config": ("run = wandb.init(config={'lr': 0.1, 'net': {'depth': 3}})",
               "exp.params == {'lr': 0.1, 'net': {'depth': 3}}"),
    "name": ("run = wandb.init(name='baseline')", "exp.name == it.name == 'baseline'"),
    "job_type": ("run = wandb.init(job_type='eval')", "mark['job_type'] == it.job_type == 'eval'"),
    "group": ("run = wandb.init(group='seeds')", "mark['group'] == it.group == 'seeds'"),
    "tags": ("run = wandb.init(tags=['a', 'b'])", "exp.tags == ['a', 'b'] and it.tags == ('a', 'b')"),
    "notes": ("run = wandb.init(notes='why')", "exp.facts['about']['description'] == 'why'"),
    "id": ("run = wandb.init(id='abc123')", "mark['id'] == it.id == 'abc123'"),
    "resume by id": (
        "wandb.init(id='abc', name='r').finish(); run = wandb.init(id='abc', resume='allow')",
        "it.resumed and exp.name == 'r' and len(experiments()) == 1",
    ),
    "resume": ("run = wandb.init(resume=True)", "mark['resume'] == 'auto' and not it.resumed"),
    "mode": ("run = wandb.init(mode='offline')", "it.offline and mark['mode'] == 'offline'"),
    "disabled": ("run = wandb.init(mode='disabled'); run.log({'a': 1})",
                 "it.disabled and len(experiments()) == 0 and it.summary['a'] == 1"),
    "dir": ("run = wandb.init(dir='elsewhere')", "it.settings.root_dir == 'elsewhere'"),
    "reinit": ("one = wandb.init(name='one'); run = wandb.init(name='two', reinit=True)",
               "[e.name for e in experiments()] == ['one', 'two'] and one.experiment.status == 'completed'"),
    "save_code": ("run = wandb.init(save_code=True)",
                  "'code' in exp.facts or any(path.startswith('environment/code/') for path in files)"),
    "sync_tensorboard": (
        "run = wandb.init(sync_tensorboard=True); w = SummaryWriter('runs'); w.add_scalar('a', 2, 5)",
        "points('a') == [(5, 2.0)]",
    ),
    "settings": ("run = wandb.init(settings=wandb.Settings(run_name='s', run_tags=['x'], quiet=True))",
                 "exp.name == 's' and exp.tags == ['x'] and it.settings.quiet"),
    "with": ("with wandb.init(name='w') as run: run.log({'a': 1})",
             "exp.status == 'completed' and wandb.run is None"),
    # Logging
    "log": ("wandb.log({'loss': 0.5}); wandb.log({'loss': 0.25})",
            "points('loss') == [(0, 0.5), (1, 0.25)]"),
    "log a step": ("wandb.log({'loss': 0.5}, step=10)", "points('loss') == [(10, 0.5)]"),
    "log without commit": ("wandb.log({'a': 1}, commit=False); wandb.log({'b': 2})",
                           "points('a') == [(0, 1.0)] and points('b') == [(0, 2.0)]"),
    "log groups": ("wandb.log({'val': {'acc': 0.5}})", "exp.metrics['val.acc'] == 0.5"),
    "run.log": ("wandb.run.log({'a': numpy.float32(0.5), 's': 'text'})",
                "exp.metrics['a'] == 0.5 and row['s'] == 'text'"),
    "define a step metric": (
        "wandb.define_metric('val', step_metric='epoch'); wandb.log({'val': 1, 'epoch': 7})",
        "points('val') == [(7, 1.0)]",
    ),
    "define a summary": (
        "wandb.define_metric('a', summary='max'); wandb.log({'a': 2}); wandb.log({'a': 1})",
        "exp.facts['wandb.summary']['a'] == {'max': 2}",
    ),
    # Configuration and summary
    "config.x =": ("wandb.config.lr = 1", "exp.params == {'lr': 1}"),
    "config[x] =": ("wandb.config['lr'] = 1", "exp.params == {'lr': 1}"),
    "config.update": ("wandb.config.update({'lr': 1}); wandb.config.update({'lr': 2}, allow_val_change=True)",
                      "exp.params == {'lr': 2}"),
    "config of arguments": ("wandb.config.update(argparse.Namespace(lr=0.5, depth=3))",
                            "exp.params == {'lr': 0.5, 'depth': 3}"),
    "run.summary": ("wandb.run.summary['best'] = 0.9",
                    "exp.metrics['best'] == 0.9 and exp.facts['wandb.summary']['best'] == 0.9"),
    "summary": ("wandb.summary.update({'note': 'good'})",
                "exp.facts['wandb.summary'] == {'note': 'good'}"),
    "properties": ("it = (wandb.run.name, wandb.run.id, wandb.run.dir, wandb.run.url, wandb.run.step)",
                   "it[0] == exp.name and len(it[1]) == 8 and it[3] == exp.path.as_uri() and it[4] == 0"),
    "run.name =": ("wandb.run.name = 'renamed'; wandb.run.save()",
                   "mark['name'] == 'renamed' and it.name == 'renamed'"),
    "run.tags =": ("wandb.run.tags += ('late',)", "exp.tags == ['late']"),
    # Media
    "Image": ("wandb.log({'i': wandb.Image(numpy.zeros((4, 6, 3), 'uint8'), caption='c')})",
              "row['i']['caption'] == 'c' and row['i']['width'] == 6 and row['i']['path'] in files"),
    "images": ("wandb.log({'i': [wandb.Image(numpy.full((2, 2), v, 'uint8')) for v in (0, 9)]})",
               "row['i']['count'] == 2 and len([f for f in files if f.endswith('.png')]) == 2"),
    "Table": ("wandb.log({'t': wandb.Table(columns=['a', 'b'], data=[[1, 'x'], [2, 'y']])})",
              "row['t']['_type'] == 'table-file' and row['t']['nrows'] == 2 and row['t']['path'] in files"),
    "Table.add_data": (
        "t = wandb.Table(columns=['a']); t.add_data(5); t.add_data(6); wandb.log({'t': t})",
        "row['t']['nrows'] == 2 and table(row['t'])['data'] == [[5], [6]]",
    ),
    "Histogram": ("wandb.log({'h': wandb.Histogram(numpy.arange(10))})",
                  "row['h']['_type'] == 'histogram' and sum(row['h']['values']) == 10"),
    "Html": ("wandb.log({'h': wandb.Html('<b>bold</b>')})",
             "b'<b>bold</b>' in content(row['h']['path'])"),
    "Video": ("wandb.log({'v': wandb.Video('clip.gif')})", "content(row['v']['path']) == b'GIF89a'"),
    "Audio": ("wandb.log({'a': wandb.Audio('clip.wav', caption='c')})",
              "content(row['a']['path']) == b'RIFF' and row['a']['caption'] == 'c'"),
    "plot.line": (
        "wandb.log({'p': wandb.plot.line(wandb.Table(columns=['x', 'y'], data=[[0, 1], [1, 2]]), 'x', 'y')})",
        "row['p_table']['ncols'] == 2 and row['p_table']['path'] in files",
    ),
    "plot.confusion_matrix": (
        "wandb.log({'m': wandb.plot.confusion_matrix(y_true=[0, 1, 1], preds=[0, 1, 0], class_names=['a', 'b'])})",
        "['b', 'a', 1] in table(row['m_table'])['data']",
    ),
    # Files and artifacts
    "Artifact": (
        "a = wandb.Artifact('data', type='dataset', metadata={'n': 1}); a.add_file('in.txt'); wandb.log_artifact(a)",
        "api.artifact('data:latest').metadata == {'n': 1} and api.artifact('data:v0').type == 'dataset'",
    ),
    "use_artifact": (
        "wandb.log_artifact('in.txt', name='d', type='x').wait(); it = wandb.use_artifact('d:latest').download()",
        "(Path(it) / 'in.txt').read_text() == 'content'",
    ),
    "log_model": ("wandb.log_model('in.txt', name='m'); it = wandb.use_model('m:latest')",
                  "Path(it).read_text() == 'content'"),
    "save": ("it = wandb.save('in.txt')", "'files/in.txt' in files and content('files/in.txt') == b'content'"),
    "restore": ("wandb.save('in.txt'); file = wandb.restore('in.txt'); it = file.read(); file.close()",
                "it == 'content'"),
    "watch": ("run = wandb.init(); watched(wandb)", "any('gradients/' in key for key in shown())"),
    "log_code": ("it = wandb.run.log_code('.')", "it.type == 'code' and (Path(it.download()) / 'model.py').read_text() == 'depth = 3\\n'"),
    # Everything else
    "alert": ("wandb.alert(title='Diverged', text='loss is NaN', level='WARN')",
              "'Diverged' in exp.notes[0] and 'loss is NaN' in exp.notes[0]"),
    "login": ("it = wandb.login(key='0' * 40)", "it is True"),
    "sweep": (
        "run = None; s = wandb.sweep({'method': 'grid', 'parameters': {'lr': {'values': [1, 2]}}}, project='p'); "
        "wandb.agent(s, function=trained, project='p')",
        "sorted(e.params['lr'] for e in experiments(children=True) if 'lr' in e.params) == [1, 2]",
    ),
    "Api": ("wandb.log({'loss': 0.5}); wandb.log({'loss': 0.25}); wandb.finish(); it = wandb.Api().runs()",
            "[r.summary['loss'] for r in it] == [0.25] and it[0].state == 'finished'"),
    "generate_id": ("it = wandb.util.generate_id()", "len(it) == 8 and it.isalnum()"),
    "finish": ("wandb.finish(exit_code=1)", "exp.status == 'failed' and wandb.run is None"),
}  # fmt: skip


def test_there_are_59() -> None:
    assert len(USAGES) == 59


@pytest.mark.parametrize("usage", USAGES)
def test_a_usage(project: Path, usage: str) -> None:
    line, condition = USAGES[usage]
    (project / "in.txt").write_text("content")
    (project / "model.py").write_text("depth = 3\n")
    (project / "clip.gif").write_bytes(b"GIF89a")
    (project / "clip.wav").write_bytes(b"RIFF")
    scope: dict[str, Any] = {"wandb": wandb, "numpy": numpy, "argparse": argparse, "Path": Path}
    scope |= {"trained": trained, "watched": watched}
    if "SummaryWriter" in line:
        scope["SummaryWriter"] = pytest.importorskip("torch.utils.tensorboard").SummaryWriter
    if "watched" in line:
        pytest.importorskip("torch")
    if "init(" not in line and "agent(" not in line:
        scope["run"] = wandb.init(name="usage")
    exec(line, scope)  # noqa: S102 - the table above
    run = scope.get("run")
    wandb.finish()
    if run is not None and not run.disabled:
        scope |= seen(load_experiment(run.experiment.path))
    scope |= {"experiments": public.load("list_experiments"), "api": None}
    scope.setdefault("it", run)
    if "api." in condition:
        scope["api"] = wandb.Api()
    assert eval(condition, scope), condition  # noqa: S307 - the table above


def seen(exp: Any) -> dict[str, Any]:
    """Return what conditions speak of."""
    files = {saved["path"] for saved in exp.artifacts}

    def points(key: str) -> list[tuple[int, float]]:
        history = exp.history(key)
        return list(zip(list(history.steps), list(history.values), strict=True))

    def content(name: str) -> bytes:
        assert name in files, files
        data: bytes = exp.artifact_path(name).read_bytes()
        return data

    def table(value: dict[str, Any]) -> Any:
        import json

        return json.loads(content(value["path"]))

    def shown() -> set[str]:
        return {str(line["key"]) for line in read_lines(exp.path)}

    return {
        "exp": exp,
        "mark": exp.facts["wandb"],
        "files": files,
        "row": {line["key"]: line["value"] for line in read_lines(exp.path)},
        "points": points,
        "content": content,
        "table": table,
        "shown": shown,
    }


def trained() -> None:
    """Train with what a sweep chose."""
    with wandb.init(project="p"):
        wandb.log({"loss": wandb.config.lr})


def watched(module: Any) -> None:
    """Train one step of a model that is watched."""
    import torch

    model = torch.nn.Linear(2, 1)
    module.watch(model, log="gradients", log_freq=1)
    model(torch.ones(3, 2)).sum().backward()
    module.log({"loss": 1.0})
