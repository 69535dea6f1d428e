"""One question to the server and its answer, or an error that says whose fault it is.

Servers that call themselves compatible differ in what they take. What one refuses by a 400 or 422
is asked for in the next best way, and the way that worked is kept.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from kcgraph.errors import InputError, WorkError
from kcgraph.extract.llm.prompt import Message
from kcgraph.extract.llm.schema import ANSWER
from kcgraph.extract.llm.settings import KEY_VARIABLES, Key, Settings

if TYPE_CHECKING:
    import openai

_LONGEST_MESSAGE = 300  # code points of what a server says about its error
_NOT_TAKEN = (400, 422)
_OF_THE_FORM = re.compile(r"schema|grammar|response.format", re.IGNORECASE)
_OF_THE_LENGTH = re.compile(r"context.{0,40}(length|size|window)|too (long|large|many)", re.I)
GRACE = 10.0  # seconds beside the time of one try: for waiting before the next

Say = Callable[[str], None]


class NotAnswered(Exception):
    """No answer to this request; others may fare better.

    `by_server`: the server failed or was silent; `unseen`: it may have worked all the same.
    """

    def __init__(self, message: str, *, by_server: bool = False, unseen: bool = False) -> None:
        super().__init__(message)
        self.by_server, self.unseen = by_server or unseen, unseen


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` of the answer, `fault` where it is none, and token counts if the server gave them.

    `is_final` says that asking again would end the same.
    """

    text: str
    fault: str | None
    is_final: bool
    tokens_in: int | None
    tokens_out: int | None


class Client:
    """Asks `settings.model` at `settings.base_url`; `say` hears of what the server does not take.

    The key goes into the request's header and nowhere else. Raises InputError if the package
    `openai` is not installed.
    """

    def __init__(self, settings: Settings, key: Key, say: Say) -> None:
        self._settings, self._key, self._say = settings, key, say
        self._ways = _Ways(settings.output_cap)
        self._openai = _library()
        self._client = self._connect()

    async def close(self) -> None:
        await self._client.close()

    async def ask(self, messages: Sequence[Message]) -> Reply:
        """The reply to `messages`.

        Raises NotAnswered, or InputError or WorkError where no request can succeed.
        """
        while True:
            way = self._ways.options
            try:
                return await self._ask(messages, way)
            except self._openai.APIStatusError as error:
                if not self._give_way(way, error):
                    raise self._explained(error) from None
            except self._openai.APIConnectionError as error:
                raise self._explained(error) from None
            except self._openai.APIError as error:
                raise NotAnswered(self._quoted(error.message), by_server=True) from None

    async def _ask(self, messages: Sequence[Message], options: dict[str, Any]) -> Reply:
        settings = self._settings
        # the client's own timeout runs anew with every byte; this one cannot be stretched
        longest = (settings.timeout + GRACE) * (settings.max_retries + 1)
        try:
            async with asyncio.timeout(longest):
                done = await self._client.chat.completions.create(
                    model=settings.model,
                    messages=cast(Any, list(messages)),
                    extra_headers=self._headers(),
                    **options,
                )
        except TimeoutError:
            raise NotAnswered(f"no whole answer in {longest:g} s", unseen=True) from None
        for remark in self._ways.worked(options):
            self._say(f"{settings.host} {remark}")
        return _reply(done)

    def _connect(self) -> openai.AsyncOpenAI:
        client: openai.AsyncOpenAI = self._openai.AsyncOpenAI(
            api_key=self._key.secret or "none",
            base_url=self._settings.base_url,
            max_retries=self._settings.max_retries,
            timeout=self._settings.timeout,
            # a redirect would send the article to a host that nobody named
            http_client=self._openai.DefaultAsyncHttpxClient(
                follow_redirects=False, timeout=self._settings.timeout
            ),
        )
        return client

    def _headers(self) -> dict[str, Any]:
        """Nothing from the environment but the key, and no key where there is none."""
        omit = self._openai.Omit()
        secret = self._key.secret
        return {
            "Authorization": f"Bearer {secret}" if secret else omit,
            "OpenAI-Organization": omit,
            "OpenAI-Project": omit,
        }

    def _give_way(self, way: dict[str, Any], error: openai.APIStatusError) -> bool:
        """Whether there is another way to ask, be it one that another request found meanwhile."""
        status = error.status_code
        broke_on_form = status >= 500 and _OF_THE_FORM.search(error.message)
        if status not in _NOT_TAKEN and not broke_on_form:
            return False
        return way != self._ways.options or self._ways.give_way(self._quoted(error.message))

    def _explained(self, error: openai.APIError) -> Exception:
        """What `error` means for the reader, without anything that the server may echo of a key."""
        host = self._settings.host
        status = getattr(error, "status_code", None)
        if isinstance(error, self._openai.APITimeoutError):
            return NotAnswered(
                f"no answer in {self._settings.timeout:g} s, tried"
                f" {self._settings.max_retries + 1} times",
                unseen=True,
            )
        if status is None:
            return WorkError(
                f"{host} cannot be reached; is --base-url right and the server running?"
            )
        if status == 401:
            return InputError(f"{host} does not accept the key; set {' or '.join(KEY_VARIABLES)}")
        if status == 402:
            return WorkError(f"{host} wants to be paid first (402): {self._quoted(error.message)}")
        if status == 404:
            return InputError(
                f"{host} does not know the model or the address (404); check --model"
                f" {self._settings.model} and --base-url, which often ends in /v1"
            )
        if 300 <= status < 400:
            return InputError(
                f"{host} points to another address ({status}); give that as --base-url"
            )
        by_server = status >= 500 or status in (408, 409, 429)
        return NotAnswered(f"{host}: {status}: {self._quoted(error.message)}", by_server=by_server)

    def _quoted(self, message: str) -> str:
        """What the server said, on one line, printable, of bearable length, without the key."""
        if self._key.secret:
            message = message.replace(self._key.secret, "[key]")
        line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
        return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + "..."


class _Ways:
    """How to ask: form of the answer, name of the cap on its length, temperature.

    A way that worked is settled: what is refused after that is the request, not the way.
    """

    _FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "a JSON schema",
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "record", "strict": True, "schema": ANSWER},
                }
            },
        ),
        ("a JSON object", {"response_format": {"type": "json_object"}}),
        ("plain text", {}),
    )

    def __init__(self, cap: int | None) -> None:
        self._form = 0
        self._cap = cap
        self._cap_name = "max_completion_tokens"
        self._temperature = True
        self._settled: dict[str, Any] | None = None

    @property
    def options(self) -> dict[str, Any]:
        return {
            **self._FORMS[self._form][1],
            **({self._cap_name: self._cap} if self._cap else {}),
            **({"temperature": 0} if self._temperature else {}),
        }

    def worked(self, options: dict[str, Any]) -> Iterator[str]:
        """Settles on `options`; the first time, what had to be given up for them."""
        if self._settled is None and options == self.options:
            if self._form:
                wanted, instead = self._FORMS[0][0], self._FORMS[self._form][0]
                yield f"does not take {wanted}: asking for {instead}, checked just the same"
            if not self._temperature:
                yield "does not take a temperature: the same question may be answered differently"
        self._settled = options

    def give_way(self, message: str) -> bool:
        """Changes what the server refused with `message`; False if nothing is left to change."""
        if self.options == self._settled or _OF_THE_LENGTH.search(message):
            return False  # the fault is in the request, not in the way
        if self._temperature and "temperature" in message:
            self._temperature = False
        elif self._cap and self._cap_name in message and self._cap_name != "max_tokens":
            self._cap_name = "max_tokens"
        elif self._form + 1 < len(self._FORMS):
            self._form += 1
        else:
            self._form = 0  # no form helped, so the form was not the fault
            return False
        return True


def _reply(done: Any) -> Reply:
    """`done` as it is needed here; servers leave out what they please."""
    usage = getattr(done, "usage", None)
    tokens = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    tokens_in, tokens_out = (n if isinstance(n, int) else None for n in tokens)
    choices = getattr(done, "choices", None)
    message = getattr(choices[0], "message", None) if choices else None
    finish = getattr(choices[0], "finish_reason", None) if choices else None
    text = getattr(message, "content", None)
    text = text if isinstance(text, str) else ""
    fault = None
    if getattr(message, "refusal", None) or finish == "content_filter":
        fault = "the model refused"
    elif finish == "length":
        fault = "the answer was cut off, longer than the server or --max-output allows"
    elif not text.strip():
        fault = "empty answer"
    return Reply(text, fault, finish == "length", tokens_in, tokens_out)


def _library() -> Any:
    try:
        import openai
    except ImportError:
        raise InputError(
            "--extractor llm needs the package openai: pip install 'kcgraph[llm]'"
        ) from None
    return openai
