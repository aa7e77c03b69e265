"""Runs tasks of lakeproof_dag.py against stand-ins for Airflow and AWS, and prints what came of each, a JSON object a line.

The stand-ins have the names, parameters and exceptions of Airflow and of its Amazon provider that the DAG uses, and refuse any other
parameter. Called with the folder of the DAG; ATTEMPTS in the environment has a JSON object with, for each task, the exit codes (or null: no
RESULT) of its attempts.
"""

import json
import logging
import os
import re
import sys
import types
from datetime import date, timedelta

sys.dont_write_bytecode = True
logging.disable(logging.CRITICAL)
attempts = json.loads(os.environ.get("ATTEMPTS", "{}"))
objects = {}
calls = []


def module(name, **members):
    made = types.ModuleType(name)
    for key, value in members.items():
        setattr(made, key, value)
    sys.modules[name] = made
    if "." in name:
        parent, _, child = name.rpartition(".")
        if parent not in sys.modules:
            module(parent)
        setattr(sys.modules[parent], child, made)
    return made


class AirflowException(Exception):
    pass


class AirflowFailException(AirflowException):
    pass


class AirflowSkipException(AirflowException):
    pass


class DAG:
    current = None
    OPTIONS = {"dag_id", "schedule", "start_date", "default_args", "tags", "max_active_runs", "catchup", "params"}

    def __init__(self, **options):
        assert set(options) <= self.OPTIONS, options
        self.options, self.tasks = options, {}

    def __enter__(self):
        DAG.current = self
        return self

    def __exit__(self, *args):
        DAG.current = None


class BaseOperator:
    OPTIONS = {"task_id", "retries", "trigger_rule", "max_active_tis_per_dag"}
    template_fields = ()

    def __init__(self, **options):
        assert set(options) <= self.OPTIONS, options
        self.task_id, self.downstream = options["task_id"], []
        self.retries = options.get("retries", DAG.current.options["default_args"]["retries"])
        self.trigger_rule = options.get("trigger_rule", "all_success")
        self.log = logging.getLogger(self.task_id)
        DAG.current.tasks[self.task_id] = self

    def __rshift__(self, other):
        self.downstream.append(other.task_id)
        return other

    @classmethod
    def partial(cls, **options):
        return Mapped(cls, options)


class Mapped:
    def __init__(self, cls, options):
        self.cls, self.options = cls, options

    def expand(self, **mapped):
        (self.name, self.values), = mapped.items()
        return self.cls(**self.options, **{self.name: self.values})


class EmrServerlessStartJobOperator(BaseOperator):
    template_fields = ("aws_conn_id", "application_id", "execution_role_arn", "job_driver", "name")

    def __init__(self, *, application_id, execution_role_arn, job_driver, configuration_overrides=None, client_request_token="",
                 config=None, wait_for_completion=True, name=None, waiter_max_attempts=25, waiter_delay=60, deferrable=True,
                 aws_conn_id="aws_default", **kwargs):
        super().__init__(**kwargs)
        self.application_id, self.execution_role_arn, self.job_driver = application_id, execution_role_arn, job_driver
        self.name, self.aws_conn_id, self.deferrable = name, aws_conn_id, deferrable
        self.patience = waiter_delay * waiter_max_attempts

    def execute(self, context, event=None):
        assert not self.deferrable
        submit = self.job_driver["sparkSubmit"]
        calls.append(submit["entryPointArguments"])
        codes = attempts.get(self.task_id, [0])
        code = codes[min(context["ti"].try_number, len(codes)) - 1]
        place = submit["entryPointArguments"][-1]
        assert place not in objects, place
        if code is not None:
            error = None if code == 0 else {
                "kind": f"Kind{code}", "retry": "SAFE" if code in (66, 75) else "NEVER", "message": "m", "fix": "f"}
            objects[place] = json.dumps({"exitCode": code, "outcome": "FAILED" if code else "COMMITTED", "error": error})
        if code != 0:
            raise AirflowException("Serverless Job failed")


class S3Hook:
    def __init__(self, aws_conn_id=None):
        pass

    def check_for_key(self, key, bucket_name=None):
        return f"s3://{bucket_name}/{key}" in objects

    def read_key(self, key, bucket_name=None):
        return objects[f"s3://{bucket_name}/{key}"]


class CronDataIntervalTimetable:
    def __init__(self, cron, timezone):
        self.cron = cron


class Param:
    def __init__(self, default, description=None, **schema):
        self.default = default


module("airflow", DAG=DAG)
module("airflow.exceptions", AirflowException=AirflowException, AirflowFailException=AirflowFailException,
       AirflowSkipException=AirflowSkipException)
module("airflow.providers.amazon.aws.hooks.s3", S3Hook=S3Hook)
module("airflow.providers.amazon.aws.operators.emr", EmrServerlessStartJobOperator=EmrServerlessStartJobOperator)
module("airflow.timetables.interval", CronDataIntervalTimetable=CronDataIntervalTimetable)
module("airflow.decorators", task=lambda function: function)
module("airflow.models.param", Param=Param)
DAG.params = {"first": "2024-11-01", "last": "2024-11-10", "days": 4}

sys.path.insert(0, sys.argv[1])
source = open(sys.argv[1] + "/lakeproof_dag.py").read()
namespace = {"__name__": "lakeproof_dag"}
# The mapped task needs its values now; Airflow asks for them when it runs.
exec(compile(source.replace("dates=pieces()", "dates=pieces(DAG.params)"), "lakeproof_dag.py", "exec"), namespace)

VARIABLES = {"var.json.lakeproof." + name: name.upper() for name in ("application_id", "role", "jar", "config", "bucket", "prefix")}


def render(value, variables):
    if isinstance(value, list):
        return [render(each, variables) for each in value]
    if isinstance(value, dict):
        return {key: render(each, variables) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    return re.sub(r"\{\{ (.*?) \}\}", lambda found: str(variables[found[1]]), value)


class TaskInstance:
    pass


def attempt(dag, task, number, index, dates):
    ti = TaskInstance()
    ti.try_number, ti.max_tries, ti.map_index = number, task.retries, index
    day = date(2024, 11, 5)
    variables = {
        **VARIABLES, "dag.dag_id": dag.options["dag_id"], "run_id": "run", "task.task_id": task.task_id, "ti.map_index": ti.map_index,
        "ti.try_number": number, "data_interval_start | ds": day,
        "macros.ds_add(data_interval_end | ds, -1)": day + timedelta(days=1) - timedelta(days=1)}
    rendered = object.__new__(type(task))
    rendered.__dict__.update(task.__dict__)
    rendered.dates = dates
    for field in task.template_fields:
        setattr(rendered, field, render(getattr(rendered, field), variables))
    rendered.job_driver = json.loads(json.dumps(rendered.job_driver))
    try:
        rendered.execute({"ti": ti})
        return "success"
    except AirflowSkipException as e:
        return f"skipped: {e}"
    except AirflowFailException as e:
        return f"failed: {e}"
    except AirflowException as e:
        return "up_for_retry" if number <= task.retries else f"failed: {e}"


def run(dag, task, index, dates):
    number, state = 1, attempt(dag, task, 1, index, dates)
    while state == "up_for_retry":
        number += 1
        state = attempt(dag, task, number, index, dates)
    calls_of_task = calls.copy()
    calls.clear()
    print(json.dumps({"dag": dag.options["dag_id"], "task": task.task_id, "state": state, "attempts": number,
                      "arguments": calls_of_task[-1] if calls_of_task else None, "downstream": task.downstream,
                      "patience": task.patience}))
    return state


for dag in (namespace["daily"], namespace["backfill"]):
    for task in dag.tasks.values():
        several = task.dates and isinstance(task.dates[0], list)
        instances = enumerate(task.dates) if several else [(-1, task.dates)]
        states = [run(dag, task, index, dates) for index, dates in instances]
        if any(state.startswith("failed") for state in states):
            break
