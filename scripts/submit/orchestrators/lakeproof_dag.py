"""A pipeline every day, and a backfill of any dates, on EMR Serverless.

Put this file and lakeproof_result.py into the folder of the DAGs. Needs Airflow 2.8 or later, or 3, and an Amazon provider whose
EmrServerlessStartJobOperator takes waiter_delay, waiter_max_attempts and deferrable. It reads the Variable `lakeproof`, a JSON object:

    {"application_id": "00f1abcdexample", "role": "arn:aws:iam::111122223333:role/lakeproof",
     "jar": "s3://bucket/lakeproof.jar", "config": "s3://bucket/events.conf",
     "bucket": "bucket", "prefix": "results"}
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator
from airflow.timetables.interval import CronDataIntervalTimetable

try:
    from airflow.sdk import DAG, Param, task
except ImportError:  # Airflow 2
    from airflow import DAG
    from airflow.decorators import task
    from airflow.models.param import Param

from lakeproof_result import DONE, FAIL, SKIP, chunks, decide, scope

DELTA = "/usr/share/aws/delta/lib/delta-spark.jar,/usr/share/aws/delta/lib/delta-storage.jar"


class LakeproofOperator(EmrServerlessStartJobOperator):
    """Runs one command of Lakeproof, and fails, skips or is retried as the RESULT of the run says.

    The state of the job run does not tell a gate that refused the data from a lost driver, so RESULT decides, also after
    the service has said SUCCESS. The run key of a run has no attempt in it: an attempt that runs on behind a lost connection,
    a retry and a task that Airflow starts twice end in one commit.

    :param command: the command and its options, without --config and --result
    :param dates: first and last event date, both inclusive; none for a command without a scope
    :param skip_without_input: skip the task if the input has not come by the last attempt
    """

    template_fields = (*EmrServerlessStartJobOperator.template_fields, "command", "dates", "bucket", "result_key", "config_uri")

    def __init__(self, *, command, dates=None, skip_without_input=False, **kwargs):
        super().__init__(
            application_id="{{ var.json.lakeproof.application_id }}",
            execution_role_arn="{{ var.json.lakeproof.role }}",
            job_driver={
                "sparkSubmit": {
                    "entryPoint": "{{ var.json.lakeproof.jar }}",
                    "entryPointArguments": [],
                    "sparkSubmitParameters": f"--class io.lakeproof.cli.Lakeproof --jars {DELTA}",
                }
            },
            name=f"lakeproof {command[0]}",
            wait_for_completion=True,
            # The operator gives up after 25 minutes by itself, while the job runs on. This is 12 hours.
            waiter_delay=30,
            waiter_max_attempts=1440,
            # RESULT is read after the wait, in this process.
            deferrable=False,
            **kwargs,
        )
        self.command = command
        self.dates = dates
        self.skip_without_input = skip_without_input
        self.config_uri = "{{ var.json.lakeproof.config }}"
        self.bucket = "{{ var.json.lakeproof.bucket }}"
        # A file for each attempt, so that no RESULT is taken for another.
        self.result_key = (
            "{{ var.json.lakeproof.prefix }}/{{ dag.dag_id }}/{{ run_id }}/{{ task.task_id }}"
            "-{{ ti.map_index }}-{{ ti.try_number }}.json"
        )

    def execute(self, context, event=None):
        options = scope(*self.dates) if self.dates else []
        self.job_driver["sparkSubmit"]["entryPointArguments"] = [
            *self.command,
            "--config",
            self.config_uri,
            *options,
            "--result",
            f"s3://{self.bucket}/{self.result_key}",
        ]
        try:
            super().execute(context)
        except AirflowException as e:
            self.log.warning("The job run did not end well: %s", e)
        ti = context["ti"]
        result = self.read_result()
        action, why = decide(result, ti.try_number > ti.max_tries, self.skip_without_input)
        if action == DONE:
            self.log.info("RESULT %s", result)
            return result
        if action == SKIP:
            raise AirflowSkipException(why)
        if action == FAIL:
            raise AirflowFailException(why)
        raise AirflowException(why)

    def read_result(self):
        s3 = S3Hook(aws_conn_id=self.aws_conn_id)
        if not s3.check_for_key(self.result_key, bucket_name=self.bucket):
            return None
        return s3.read_key(self.result_key, bucket_name=self.bucket)


DEFAULTS = {
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
}
ONE_AFTER_ANOTHER = {"max_active_runs": 1, "catchup": True}

with DAG(
    dag_id="lakeproof_daily",
    # Not "@daily", whose data interval is empty in Airflow 3.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2024, 11, 1, tzinfo=timezone.utc),
    default_args=DEFAULTS,
    tags=["lakeproof"],
    **ONE_AFTER_ANOTHER,
) as daily:
    interval = ["{{ data_interval_start | ds }}", "{{ macros.ds_add(data_interval_end | ds, -1) }}"]
    check = LakeproofOperator(task_id="check", command=["config", "check"], retries=1)
    dedup = LakeproofOperator(task_id="dedup", command=["dedup"], dates=interval, skip_without_input=True)
    # Every date that the new rows can change, not only that of this run.
    features = LakeproofOperator(task_id="features", command=["features", "--mode", "changed"])
    verify = LakeproofOperator(task_id="verify", command=["verify", "--table", "features"])
    # The tags by which S3 moves what has grown old. Leave it out if the configuration has no section lifecycle.
    lifecycle = LakeproofOperator(task_id="lifecycle", command=["lifecycle", "apply", "--table", "features"])
    check >> dedup >> features >> verify >> lifecycle

with DAG(
    dag_id="lakeproof_backfill",
    schedule=None,
    start_date=datetime(2024, 11, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    params={
        "first": Param("2024-11-01", type="string", format="date", description="First event date."),
        "last": Param("2024-11-30", type="string", format="date", description="Last event date."),
        "days": Param(7, type="integer", minimum=1, description="Days of a chunk: one task and one commit each."),
    },
    tags=["lakeproof"],
) as backfill:

    @task
    def pieces(params=None):
        """The first and the last date of each chunk."""
        return [[options[1], options[3]] for options in chunks(params["first"], params["last"], params["days"])]

    load = LakeproofOperator.partial(
        task_id="dedup",
        command=["dedup"],
        skip_without_input=True,
        max_active_tis_per_dag=1,
    ).expand(dates=pieces())
    rebuild = LakeproofOperator(
        task_id="features",
        command=["backfill", "--job", "features", "--mode", "changed"],
        trigger_rule="none_failed",
    )
    proof = LakeproofOperator(task_id="verify", command=["verify", "--table", "features"])
    tags = LakeproofOperator(task_id="lifecycle", command=["lifecycle", "apply", "--table", "features"])
    load >> rebuild >> proof >> tags
