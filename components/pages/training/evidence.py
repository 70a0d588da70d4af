"""How the sentences of the page are known: of the chosen method, of the claims, of own runs."""

from __future__ import annotations

from ....core.evidence.finding import Finding
from ....core.experiments.training import claims as expectations
from ....core.experiments.training import findings as known
from ....core.experiments.training.claims import Claim
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import Spec
from . import state


def of_method(spec: Spec) -> list[Finding]:
    """Say what the precomputed run of the chosen method shows, also compared with plain."""
    results = state.precomputed_results()
    result, plain = results.get(state.name_of(spec)), results.get(state.PLAIN)
    if result is None:
        return []
    found = known.findings(result)
    if plain is not None and plain.spec.position == result.spec.position and plain is not result:
        found += known.better_findings(result, plain)
    return found


def claims() -> list[Claim]:
    """Check what is expected of the precomputed runs."""
    return expectations.claims(state.precomputed_results())


def answers(result: Result) -> str:
    """Say the answers of a session's own run."""
    return " ".join(found.sentence for found in known.findings(result) if found.verdict)


def findings(spec: Spec) -> list[Finding]:
    """Say how the sentences of the page are known, each once."""
    found = of_method(spec)
    found += known.claim_findings(claims(), state.precomputed_results())
    for run in state.session_state().runs:
        if run.result is not None:
            found += [each for each in known.findings(run.result) if each.verdict]
    return known.without_repeats(found)
