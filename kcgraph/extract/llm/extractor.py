"""The extractor that asks a language model: cache, budget, repair, several articles at once."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import kcgraph
from kcgraph.errors import WorkError
from kcgraph.extract.cache_folder import default_folder
from kcgraph.extract.grounding import ground
from kcgraph.extract.llm import prompt
from kcgraph.extract.llm.answer import Unusable, parse, read_answer
from kcgraph.extract.llm.cache import Cache
from kcgraph.extract.llm.client import Client, NotAnswered, Reply
from kcgraph.extract.llm.costs import Budget, BudgetReached, Costs, tokens_of
from kcgraph.extract.llm.pieces import pieces
from kcgraph.extract.llm.plan import Plan
from kcgraph.extract.llm.prompt import Message
from kcgraph.extract.llm.schema import ANSWER
from kcgraph.extract.llm.settings import Key, Settings
from kcgraph.extract.protocol import Unread
from kcgraph.model import Article, Extraction, Json

T = TypeVar("T")
Conversation = Generator[list[Message], Json, Extraction]

# So many articles in a row that the server fails on: then it is the server, not the articles.
_MOST_FAILURES = 5
# A record in JSON is about so many times as long as its article (measured on the gold records).
_RECORD_PER_ARTICLE = 5
_SCHEMA_CHARACTERS = len(str(ANSWER))


class LlmExtractor:
    """Articles to records, by a language model behind an OpenAI-compatible endpoint.

    `announce` is called with the plan before anything is sent and may raise to prevent it; `say`
    hears remarks about the server. `costs` counts what was used. The key comes from the environment
    unless it is given.

    Raises InputError if the package `openai` is not installed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        key: Key | None = None,
        cache: Path | None = None,
        announce: Callable[[Plan], None] = lambda _: None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._key = Key.from_environment() if key is None else key
        self._cache = Cache(cache or default_folder(), host=settings.host, model=settings.model)
        self._announce, self._say = announce, say
        self.costs = Costs(prices=settings.prices)
        self.name = f"kcgraph-llm {kcgraph.__version__} ({settings.model}, prompt {prompt.VERSION})"

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction | Unread]:
        """One grounded record per article, in order, or why there is none.

        Raises InputError or WorkError where nothing more can succeed: a wrong key, an unknown
        model, a server that cannot be reached or fails on one article after the other.
        """
        listed = list(articles)
        plan = self.plan(listed)
        if plan.articles:
            self._announce(plan)
        failures = 0
        for found, by_server in self._read_all(listed):
            yield found
            failures = failures + 1 if by_server else 0
            if failures == _MOST_FAILURES and isinstance(found, Unread):
                raise WorkError(
                    f"{self._settings.host} failed on {failures} articles in a row"
                    f" ({found.message}); run the command again when it works"
                )

    def plan(self, articles: Iterable[Article]) -> Plan:
        """What `extract` would send now."""
        count = cached = tokens_in = tokens_out = 0
        for article in articles:
            if self._from_cache(article) is not None:
                cached += 1
                continue
            count += 1
            for piece in pieces(article.text, self._settings.most_characters):
                tokens_in += _tokens_in(prompt.messages(article, piece, ()))
                tokens_out += tokens_of(_RECORD_PER_ARTICLE * (piece.end - piece.start))
        prices = self._settings.prices
        return Plan(
            model=self._settings.model,
            host=self._settings.host,
            articles=count,
            cached=cached,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            cost=prices.of(tokens_in, tokens_out) if prices else None,
            budget=self._settings.budget,
            key_variable=self._key.variable,
            is_exposed=self._settings.is_exposed,
        )

    # --- one article ---

    def _conversation(self, article: Article) -> Conversation:
        """Yields the request for each piece, takes its answer; returns the record."""
        record = Extraction(article.id, article.date, extractor=self.name)
        for piece in pieces(article.text, self._settings.most_characters):
            answer = yield prompt.messages(article, piece, record.stakeholders)
            record = read_answer(answer, article, piece, record)
        return ground(article, record)

    def _from_cache(self, article: Article) -> Extraction | None:
        """The record, if every answer that it needs is kept."""
        conversation = self._conversation(article)
        try:
            asked = next(conversation)
            while (answer := self._kept(asked)) is not None:
                asked = conversation.send(answer)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        return None

    def _kept(self, asked: Sequence[Message]) -> Json | None:
        kept = self._cache.get(asked)
        try:
            return None if kept is None else parse(kept)
        except Unusable:
            return None

    async def _read(self, article: Article, desk: _Desk) -> tuple[Extraction | Unread, bool]:
        """The record or why there is none, and whether that is the server's fault."""
        conversation = self._conversation(article)
        try:
            asked = next(conversation)
            while True:
                answer = self._kept(asked)
                asked = conversation.send(answer or await self._answer(asked, desk))
        except StopIteration as done:
            return done.value, False
        except BudgetReached:
            return Unread(article.id, "not sent: the budget would not cover it"), False
        except NotAnswered as error:
            return Unread(article.id, f"not read by the model: {error}"), error.by_server

    async def _answer(self, asked: list[Message], desk: _Desk) -> Json:
        """The parsed answer; one that cannot be used is asked for once more. Raises NotAnswered."""
        fault = ""
        request = asked
        for _ in range(2):
            reply = await desk.ask(request)
            fault = reply.fault or ""
            try:
                if not fault:
                    answer = parse(reply.text)
                    self._cache.put(asked, reply.text)
                    return answer
            except Unusable as error:
                fault = str(error)
            if reply.is_final:
                raise NotAnswered(fault)
            request = prompt.repair(asked, reply.text, fault)
        raise NotAnswered(f"no record after a second try: {fault}")

    # --- several at once ---

    def _read_all(self, articles: Sequence[Article]) -> Iterator[tuple[Extraction | Unread, bool]]:
        waiting: deque[Future[tuple[Extraction | Unread, bool]]] = deque()
        with _Loop() as loop:
            desk = loop.run(self._open())
            try:
                for article in articles:
                    if len(waiting) == self._settings.parallel:
                        yield waiting.popleft().result()
                    waiting.append(loop.start(self._read(article, desk)))
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
                loop.run(desk.client.close())

    async def _open(self) -> _Desk:
        client = Client(self._settings, self._key, self._say)
        return _Desk(client, Budget(self._settings.budget, self.costs), self.costs, self._settings)


class _Desk:
    """Where requests go out: each within the budget, each entered into the costs."""

    def __init__(self, client: Client, budget: Budget, costs: Costs, settings: Settings) -> None:
        self.client, self._budget, self._costs = client, budget, costs
        self._cap = settings.output_cap or 0

    async def ask(self, messages: Sequence[Message]) -> Reply:
        """The reply. Raises BudgetReached before sending, else as `Client.ask`."""
        expected = _tokens_in(messages)
        held = await self._budget.hold(expected, self._cap)
        try:
            reply = await self.client.ask(messages)
            self._enter(reply, expected)
        except NotAnswered as error:
            if error.unseen:
                # the server may charge for an answer that did not arrive
                self._costs.add(expected, self._cap, estimated=True)
            raise
        except asyncio.CancelledError:
            self._costs.add(expected, 0, estimated=True)
            raise
        finally:
            await self._budget.release(held)
        return reply

    def _enter(self, reply: Reply, expected: int) -> None:
        given = reply.tokens_in is not None and reply.tokens_out is not None
        self._costs.add(
            expected if reply.tokens_in is None else reply.tokens_in,
            tokens_of(len(reply.text)) if reply.tokens_out is None else reply.tokens_out,
            estimated=not given,
        )


class _Loop:
    """An event loop in a thread of its own, so that callers with and without a loop can use it."""

    def __enter__(self) -> _Loop:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(_cancel_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.start(coroutine).result()


async def _cancel_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _tokens_in(messages: Sequence[Message]) -> int:
    """Tokens of a request; the schema counts as input too."""
    return tokens_of(_SCHEMA_CHARACTERS + sum(len(m["content"]) for m in messages))
