"""Gradio with a Plotly chart of page 1's maps."""

from __future__ import annotations

import gradio as gr

from tests.benchmarks.apps import gradio_page, subplots

gradio_page.serve(lambda first: gr.Plot(first, show_label=False), subplots.figure)
