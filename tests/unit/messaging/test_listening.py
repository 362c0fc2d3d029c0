"""A server that nothing reaches any more begins anew."""

import time
import unittest
from collections.abc import Callable
from typing import Any

from kombu import connection as kombu

from trailmark.messaging import listening, targets, threaded, transport
from trailmark.tests import brokers

_PATIENCE = 60.0


class _Endpoint:
    def __init__(self) -> None:
        self.pings = 0

    def ping(self, ctxt: Any) -> None:
        self.pings += 1


class ListeningTest(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        if reason := brokers.why_not('rabbit'):
            self.skipTest(reason)
        conf = brokers.configuration('rabbit')
        self.exchange: str = conf.control_exchange
        self.way = transport.make(conf)
        self.addCleanup(self.way.cleanup)
        self.own = targets.agents(self.way, 'n1', 'a')
        self.all = targets.agents(self.way, 'n1')
        self.endpoint = _Endpoint()
        self.server = self._listen()

    def _listen(self) -> listening.Listening:
        server = threaded.messaging.get_rpc_server(
            self.way, self.own, [self.endpoint], executor='threading'
        )
        made = listening.Listening(
            self.way, server, self.own, self.all, pause=0.05, patience=1.0
        )
        made.start()
        self.addCleanup(made.wait)
        self.addCleanup(made.stop)
        return made

    def _broker(self, do: Callable[[Any], object]) -> None:
        with kombu.Connection(
            brokers.url('rabbit').replace('rabbit:', 'amqp:')
        ) as connection:
            do(connection.default_channel)

    def _call(self) -> bool:
        client = threaded.messaging.get_rpc_client(
            self.way, self.all, timeout=1.0, retry=transport.RETRIES
        )
        try:
            client.call({}, 'ping')
        except threaded.messaging.MessagingException:
            return False
        return True

    def _heard(self) -> None:
        until = time.monotonic() + _PATIENCE
        while not self._call():
            self.assertLess(time.monotonic(), until, 'nothing is heard')

    def test_it_hears_itself_all_the_time(self) -> None:
        until = time.monotonic() + _PATIENCE
        while self.endpoint.pings < 10:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.01)

    def test_it_is_reached_after_its_exchange_was_deleted(self) -> None:
        self._broker(lambda way: way.exchange_delete(self.exchange))

        self._heard()

    def test_it_is_reached_after_its_queues_were_deleted(self) -> None:
        topic = self.all.topic
        self._broker(lambda way: way.queue_delete(topic))
        self._broker(lambda way: way.queue_delete(f'{topic}.a'))

        self._heard()

    def test_it_is_reached_after_a_queue_of_all_was_unbound(self) -> None:
        topic = self.all.topic
        self._broker(lambda way: way.queue_unbind(topic, self.exchange, topic))

        self._heard()
