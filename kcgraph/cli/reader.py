"""Who reads the articles: the options that commands share, what they ask and report."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from kcgraph.cli.shared import say
from kcgraph.errors import InputError, WorkError

if TYPE_CHECKING:
    from kcgraph.evaluate.differences import Finding
    from kcgraph.extract.llm import Costs, LlmExtractor, Plan
    from kcgraph.extract.protocol import Extractor, Unread
    from kcgraph.model import Article, Extraction

_EXTRACTION, _LLM = "Extraction", "Language model"


@dataclass(frozen=True, slots=True)
class Reader:
    """The options that say who reads; they are the parameters of the commands that take one."""

    extractor: Annotated[
        Literal["offline", "llm", "both"],
        typer.Option(
            help="Who reads: the models that ship with kcgraph, a language model behind an"
            " OpenAI-compatible endpoint, or both, compared.",
            rich_help_panel=_EXTRACTION,
        ),
    ] = "offline"
    pipeline: Annotated[
        str | None,
        typer.Option(
            help="An installed spaCy pipeline to parse with, instead of the one that ships.",
            rich_help_panel=_EXTRACTION,
        ),
    ] = None
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=256,
            help="Processes that read; for many articles, up to one per core. Each takes some"
            " 400 MB of memory.",
            rich_help_panel=_EXTRACTION,
        ),
    ] = 1
    no_cache: Annotated[
        bool,
        typer.Option(
            "--no-cache",
            help="Neither use nor keep parses in the cache folder (KCGRAPH_CACHE).",
            rich_help_panel=_EXTRACTION,
        ),
    ] = False
    prefer: Annotated[
        Literal["llm", "offline"],
        typer.Option(
            help="Whose records to keep with --extractor both.", rich_help_panel=_EXTRACTION
        ),
    ] = "llm"
    model: Annotated[
        str | None,
        typer.Option(help="Name of the model on the server.", rich_help_panel=_LLM),
    ] = None
    base_url: Annotated[
        str | None,
        typer.Option(
            help="Address of the endpoint, such as https://api.openai.com/v1; the key comes from"
            " the environment (KCGRAPH_API_KEY, else OPENAI_API_KEY).",
            rich_help_panel=_LLM,
        ),
    ] = None
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Send without asking first.", rich_help_panel=_LLM),
    ] = False
    price_in: Annotated[
        float | None,
        typer.Option(min=0.0, help="Price of a million tokens sent.", rich_help_panel=_LLM),
    ] = None
    price_out: Annotated[
        float | None,
        typer.Option(min=0.0, help="Price of a million tokens answered.", rich_help_panel=_LLM),
    ] = None
    budget: Annotated[
        float | None,
        typer.Option(
            min=0.0, help="Stop before it costs more, at these prices.", rich_help_panel=_LLM
        ),
    ] = None
    max_output: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Most tokens of one answer; 16,000 with a budget, else up to the server.",
            show_default=False,
            rich_help_panel=_LLM,
        ),
    ] = None
    max_retries: Annotated[
        int,
        typer.Option(
            min=0, max=20, help="Tries after the first, if the server fails.", rich_help_panel=_LLM
        ),
    ] = 5
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds to wait in one try.", rich_help_panel=_LLM)
    ] = 180.0
    parallel: Annotated[
        int, typer.Option(min=1, max=64, help="Articles asked about at once.", rich_help_panel=_LLM)
    ] = 4

    @contextmanager
    def open(self) -> Iterator[Extractor]:
        """The extractor asked for; at the end, what a language model cost is reported.

        Raises InputError where options are missing or do not go together.
        """
        from kcgraph.extract.prose import ProseOnly
        from kcgraph.extract.registry import both_extractors

        self._check()
        if self.extractor == "offline":
            yield ProseOnly(self._offline())
            return
        llm = self._llm()
        try:
            if self.extractor == "llm":
                yield ProseOnly(llm)
            else:
                offline = self._offline()
                yield ProseOnly(both_extractors(llm, _compare, prefer=self.prefer, offline=offline))
        finally:
            _report(llm.costs)

    def _offline(self) -> Extractor:
        from kcgraph.extract.cache_folder import default_folder
        from kcgraph.extract.registry import offline_extractor

        parses = None
        if not self.no_cache:
            with suppress(WorkError):  # without a home there is no cache
                parses = default_folder()
        return offline_extractor(self.pipeline, workers=self.workers, parses=parses)

    def _check(self) -> None:
        llm_only = ("model", "base_url", "price_in", "price_out", "budget", "max_output")
        given = [name for name in llm_only if getattr(self, name) is not None]
        missing = [name for name in ("model", "base_url") if name not in given]
        if self.extractor == "offline" and given:
            raise InputError(f"{_flag(given[0])} goes with --extractor llm or both only")
        if self.extractor != "offline" and missing:
            raise InputError(f"--extractor {self.extractor} needs {_flag(missing[0])}")
        if self.extractor == "llm" and self.workers > 1:
            raise InputError("--workers goes with --extractor offline or both only; see --parallel")
        if (self.price_in is None) != (self.price_out is None):
            raise InputError("--price-in and --price-out go together")

    def _llm(self) -> LlmExtractor:
        from kcgraph.extract.llm import LlmExtractor, Prices, Settings

        priced = self.price_in is not None and self.price_out is not None
        settings = Settings(
            model=self.model or "",
            base_url=self.base_url or "",
            prices=Prices(self.price_in or 0.0, self.price_out or 0.0) if priced else None,
            budget=self.budget,
            max_retries=self.max_retries,
            timeout=self.timeout,
            parallel=self.parallel,
            max_output=self.max_output,
        )
        return LlmExtractor(settings, announce=self._announce, say=say)

    def _announce(self, plan: Plan) -> None:
        """Says what is about to be sent where; on a terminal, asks."""
        for line in _plan_lines(plan):
            say(line)
        asked = not self.yes and sys.stdin.isatty() and sys.stderr.isatty()
        if asked and not _agreed():
            raise typer.Exit(1)


def takes_reader(command: Callable[..., None]) -> Callable[..., None]:
    """`command` with the options of `Reader` in place of its parameter `reader`."""
    own = inspect.signature(command, eval_str=True)
    options = inspect.signature(Reader, eval_str=True).parameters
    kept = [p for name, p in own.parameters.items() if name != "reader"]
    keywords = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in options.values()]

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        reader = Reader(**{name: kwargs.pop(name) for name in options if name in kwargs})
        command(*args, reader=reader, **kwargs)

    run.__signature__ = own.replace(parameters=[*kept, *keywords])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*kept, *keywords)}
    return run


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _agreed() -> bool:
    """The answer to "Send?"; not `typer.confirm`, which also writes to standard output."""
    typer.echo("Send? [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def _plan_lines(plan: Plan) -> Iterator[str]:
    known = f" ({plan.cached:,} more are answered already)" if plan.cached else ""
    key = f"the key from {plan.key_variable}" if plan.key_variable else "no key"
    yield (
        f"to be sent to {plan.host}, model {plan.model}, with {key}:"
        f" text, title and date of {_count(plan.articles, 'article')}{known}"
    )
    cost = "" if plan.cost is None else f", about {_money(plan.cost)} at these prices"
    budget = "" if plan.budget is None else f"; budget {_money(plan.budget)}"
    yield (
        f"about {plan.tokens_in:,} tokens there and {plan.tokens_out:,} back (estimated)"
        f"{cost}{budget}"
    )
    if plan.is_exposed:
        yield "the way there is not encrypted (http): others may read the articles and the key"


def _report(costs: Costs) -> None:
    if not costs.requests:
        say("language model: nothing was sent")
        return
    cost = "" if costs.cost is None else f", {_money(costs.cost)} at these prices"
    partly = " (partly estimated)" if costs.estimated else ""
    say(
        f"language model: {_count(costs.requests, 'request')}, {costs.tokens_in:,} tokens there and"
        f" {costs.tokens_out:,} back{cost}{partly}"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _money(amount: float) -> str:
    return f"{amount:,.2f}" if amount >= 1 else f"{amount:.4f}"


# --- both --------------------------------------------------------------------------------------


def _compare(article: Article, offline: Extraction | Unread, llm: Extraction | Unread) -> None:
    """Prints on standard error where the two records agree and where they differ."""
    from kcgraph.evaluate.differences import differences
    from kcgraph.extract.protocol import Unread

    for who, result in (("offline", offline), ("llm", llm)):
        if isinstance(result, Unread):
            say(f"{article.id}: not compared; {who}: {result.message}")
            return
    assert not isinstance(offline, Unread) and not isinstance(llm, Unread)
    for layer, found in differences(article, offline, llm).items():
        say(
            f"\n{article.id}, {layer}: {len(found.agreed)} agreed,"
            f" {len(found.only_first)} only offline, {len(found.only_second)} only llm"
        )
        _list("only offline", found.only_first)
        _list("only llm", found.only_second)
        _list("agreed", found.agreed)


def _list(title: str, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        but = f" ({finding.but})" if finding.but else ""
        say(f"  {title}: {finding.item}{but}")
        if finding.sentence:
            say(f"      in: {finding.sentence}")
