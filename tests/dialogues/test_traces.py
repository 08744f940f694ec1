"""What a job does is one trace, from the delivery to the end."""

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from deploy.standin.control import Repository
from tests.collector import Collector
from tests.dialogues.scene import check_of, eventually, migration, opens


def test_one_trace_leads_from_the_webhook_to_the_end_of_the_review(shop: Repository, collector: Collector) -> None:
    before = len(collector.spans())
    check_of(opens(shop, {"20260201000000_create_carts.exs": migration("create table(:carts)")}))

    def reviewed() -> Span | None:
        done = (one for one in collector.spans()[before:] if "analysed" in {event.name for event in one.events})
        return next(done, None)

    review = eventually("the review is told", reviewed)
    eventually("the webhook is told", lambda: review.trace_id in _heard(collector))

    assert review.name == "run/ecto-fix.doorbell"
    assert [event.name for event in review.events][:3] == ["check started", "fetched", "analysed"]


def _heard(collector: Collector) -> set[bytes]:
    return {span.trace_id for span in collector.spans() if span.name == "webhook"}
