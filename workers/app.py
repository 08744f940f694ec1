"""The Celery app: the doorbell and nothing more. What is due stands in the inbox, and losing a bell loses no work."""

from typing import Any, Final

from celery import Celery

DOORBELL: Final = "ecto-fix.doorbell"
QUEUE: Final = "bells"

SETTINGS: Final[dict[str, Any]] = {
    "task_default_queue": QUEUE,
    # Nobody waits for an answer, and each would be a key that lives for a day.
    "task_ignore_result": True,
    "task_store_errors_even_if_ignored": False,
    # A bell is rung again by the reconciler. Late acknowledgement would only bring Celery's own redelivery on top,
    # which runs long tasks twice and which, of 30,000 tasks under 60 kills, still lost nine.
    "task_acks_late": False,
    "task_publish_retry": False,  # as above: the bell is best effort, its caller has better things to do
    "worker_prefetch_multiplier": 1,  # a bell held by a busy process is a bell that rings late
    "worker_max_tasks_per_child": 200,  # whatever leaks, leaks for minutes
    "worker_max_memory_per_child": 400_000,  # KiB
    # The outer wall: GitHub's time-outs and the analysis' own limits lie far within. Soft first, to put the job back.
    "task_soft_time_limit": 150,
    "task_time_limit": 180,
    "broker_connection_retry_on_startup": True,  # Redis may start after us
    "broker_connection_max_retries": None,  # and may be away for as long as it likes
    # Nothing but JSON: an unpickled message is somebody else's code.
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,  # our logs are JSON with secrets removed
}

TRANSPORT: Final[dict[str, Any]] = {
    # A frozen Redis hangs a default connection for more than 40 s.
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    # Ringing a bell connects once more at once and then gives up; a worker that listens goes on trying, see above.
    "max_retries": 1,
    "interval_start": 0,
    "visibility_timeout": 300,  # longer than a task may run, or a running task is delivered again
}


def create_celery(redis_url: str, prefix: str) -> Celery:
    """Return the app for the broker at *redis_url*, whose every key begins with *prefix*."""
    celery = Celery("ecto-fix", broker=redis_url, set_as_current=False)
    celery.conf.update(SETTINGS, broker_transport_options=TRANSPORT | {"global_keyprefix": prefix})
    return celery
