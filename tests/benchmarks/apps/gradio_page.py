"""What both Gradio apps share: a slider beside one output, without queues' progress in the way."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import gradio as gr

from tests.benchmarks.apps import maps


def serve(output: Callable[[Any], gr.components.Component], draw: Callable[[float], Any]) -> None:
    """Serve a slider and ``output(first value)``, which follows by ``draw(far_m)``."""
    with gr.Blocks(analytics_enabled=False, fill_width=True) as page, gr.Row():
        with gr.Column(scale=1, min_width=260):
            slider = gr.Slider(maps.LOW, maps.HIGH, maps.DEFAULT, step=maps.STEP, label=maps.LABEL)
        with gr.Column(scale=4):
            shown = output(draw(maps.DEFAULT))
        slider.input(draw, slider, shown, show_progress="hidden", trigger_mode="always_last")
    page.launch(
        server_name="127.0.0.1",
        server_port=int(os.environ["GRADIO_SERVER_PORT"]),
        ssr_mode=False,
        quiet=True,
    )
