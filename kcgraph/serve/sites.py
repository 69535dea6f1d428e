"""The pages of the latest generation of a store, made again when there is a later one."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kcgraph.render.gather import gather
from kcgraph.render.page import render_page
from kcgraph.render.picture import narrow
from kcgraph.serve import terms
from kcgraph.serve.current import Current, Generation
from kcgraph.serve.guard import Rules
from kcgraph.serve.pool import Limits
from kcgraph.site import pages
from kcgraph.site.addresses import Addresses
from kcgraph.site.library import Library
from kcgraph.site.pages import Pages


@dataclass(frozen=True, slots=True)
class Settings:
    """What a server is started with; `max_nodes` is for the picture."""

    title: str = "Who wants what"
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    workers: int = 2
    max_nodes: int | None = None


MOST_KEPT = 50_000_000  # characters of pages that are kept for the next who asks


class Site:
    """The pages of one generation; what takes long to make is made once."""

    def __init__(self, generation: Generation, settings: Settings) -> None:
        self.generation = generation
        self._settings = settings
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._keeping = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()
        self.library = Library(generation.reader, generation.base)
        self.pages = Pages(
            self.library,
            Addresses(generation.base),
            title=settings.title,
            offer=pages.Offer(query=True, feeds=True, data=True),
        )

    def page(self, address: str, make: Callable[[], str]) -> str:
        """The page at `address`: as it was made before, if there was room to keep it.

        Pages are made one after the other, since they would share one interpreter anyway: who asks
        for one that is there does not wait, and nothing is made twice at the same time.
        """
        known = self._known(address)
        if known is not None:
            return known
        with self._making:
            known = self._known(address)
            return self._keep(address, make()) if known is None else known

    def _known(self, address: str) -> str | None:
        with self._keeping:
            if address in self._kept:
                self._kept.move_to_end(address)
            return self._kept.get(address)

    def _keep(self, address: str, page: str) -> str:
        with self._keeping:
            self._kept[address] = page
            while sum(map(len, self._kept.values())) > MOST_KEPT:
                self._kept.popitem(last=False)
        return page

    def picture(self) -> str:
        with self._lock:
            return self._picture

    def terms(self) -> bytes:
        with self._lock:
            return self._terms

    @cached_property
    def _picture(self) -> str:
        picture = gather(self.generation.store, self._settings.title)
        return render_page(narrow(picture, max_nodes=self._settings.max_nodes))

    @cached_property
    def _terms(self) -> bytes:
        return json.dumps(terms.completions(self.generation.store)).encode()


class Sites:
    """The site of the latest generation."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._current = Current(path)
        self._settings = settings
        self._lock = threading.Lock()
        self._site: Site | None = None

    def get(self) -> Site:
        """Raises KcgraphError if there is no store any more and none was open."""
        generation = self._current.get()
        with self._lock:
            if self._site is None or self._site.generation is not generation:
                self._site = Site(generation, self._settings)
            return self._site
