"""Scalescope: the navigation over PAGES.

``streamlit run app.py`` imports this file once as the server (which serves Plotly's own script and
warms up PyTorch) and runs it as a script for every visit.
"""

from __future__ import annotations

import streamlit as st

from scalescope.components.faults import show_error
from scalescope.components.pages import PAGES
from scalescope.components.server import lifespan, routes

if __name__ == "__main__":
    from scalescope.components import page_frame

    st.set_page_config(page_title="Scalescope", layout="wide")
    pages = {
        page.slug: st.Page(
            lambda page=page: page_frame.render_page(page),
            title=page.title,
            url_path=page.slug,
            default=page is PAGES[0],
        )
        for page in PAGES
    }
    chosen = st.navigation(list(pages.values()), position="hidden")
    chosen.run()
else:
    app = st.App(__file__, lifespan=lifespan, routes=routes, on_script_error=show_error)
