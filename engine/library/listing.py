"""What `attune-engine models list` says and the window's models page shows: plain values that cross as JSON."""

from __future__ import annotations

import msgspec

from engine.library.catalogue import Catalogue, CatalogueModel, recommend
from engine.library.devices import Machine
from engine.library.fit import Fit, Verdict, judge
from engine.library.header import Attention, Kind, ModelHeader, Reasoning
from engine.library.shelf import Entry, LoadRecord, Origin, Shelf


class HeaderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself. parameters: as the name has it, for instance `8B`; sizes in bytes."""

    kind: Kind
    architecture: str
    name: str
    parameters: str
    quantisation: str
    n_layers: int
    context_length: int
    attention: Attention
    reasoning: Reasoning
    licence: str
    file_bytes: int
    weight_bytes: int
    active_bytes: int

    @classmethod
    def of(cls, header: ModelHeader) -> HeaderSummary:
        return msgspec.convert(header, cls, from_attributes=True)


class FitSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with its numbers; bytes where it matters most."""

    verdict: Verdict
    words: str
    sentence: str
    n_gpu_layers: int
    n_cells: int
    needed: int
    available: int

    @classmethod
    def of(cls, fit: Fit) -> FitSummary:
        return msgspec.convert(fit, cls, from_attributes=True)


class ListedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is here. fit None: it cannot be used, and `problem` says why."""

    path: str
    name: str
    origin: Origin
    place: str
    removable: bool
    problem: str = ""
    header: HeaderSummary | None = None
    fit: FitSummary | None = None
    last_load: LoadRecord | None = None

    @classmethod
    def of(cls, entry: Entry, machine: Machine) -> ListedModel:
        header = entry.header
        usable = header is not None and header.is_chat
        return cls(
            path=str(entry.path),
            name=entry.name,
            origin=entry.origin,
            place=entry.place,
            removable=entry.is_removable,
            problem=entry.problem,
            header=HeaderSummary.of(header) if header else None,
            fit=FitSummary.of(judge(header, machine)) if header and usable else None,
            last_load=entry.last_load,
        )

    @property
    def verdict_line(self) -> str:
        return f"{self.fit.words}: {self.fit.sentence}" if self.fit else self.problem


class ListedPause(msgspec.Struct, frozen=True, kw_only=True):
    """A fetch that can go on. target: what goes on with it; path: where the file will be."""

    path: str
    target: str
    n_done: int
    n_total: int | None = None


class ListedRecommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A model worth fetching. suited: of this machine's class; is_here: fetched already."""

    id: str
    name: str
    target: str
    licence: str
    why: str
    attention: Attention
    reasoning: Reasoning
    first_choice: bool
    suited: bool
    is_here: bool
    download_gb: float | None = None
    context: int | None = None

    @classmethod
    def of(cls, model: CatalogueModel, *, suited: bool, is_here: bool) -> ListedRecommendation:
        return cls(
            id=model.id,
            name=model.name,
            target=model.target,
            licence=model.licence,
            why=model.why,
            attention=model.attention,
            reasoning=model.reasoning,
            first_choice=model.first_choice,
            suited=suited,
            is_here=is_here,
            download_gb=model.download_gb,
            context=model.context,
        )


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the models page shows. sizes_from: the month of the catalogue's sizes."""

    machine: Machine
    models: list[ListedModel]
    paused: list[ListedPause]
    recommended: list[ListedRecommendation]
    sizes_from: str


def make_listing(shelf: Shelf, machine: Machine, catalogue: Catalogue) -> Listing:
    """Look at everything once.

    Raises: LibraryError, when the person's list cannot be read.
    """
    entries = shelf.entries()
    here = {entry.receipt.repo for entry in entries if entry.receipt}
    return Listing(
        machine=machine,
        models=[ListedModel.of(entry, machine) for entry in entries],
        paused=[
            ListedPause(
                path=str(each.path),
                target=each.receipt.target or each.receipt.url,
                n_done=each.n_done,
                n_total=each.receipt.n_bytes,
            )
            for each in shelf.paused()
        ],
        recommended=[
            ListedRecommendation.of(each.model, suited=each.suited, is_here=each.model.repo in here)
            for each in recommend(catalogue, machine)
        ],
        sizes_from=catalogue.sizes_from,
    )
