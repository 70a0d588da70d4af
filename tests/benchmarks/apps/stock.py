"""What one writes with Streamlit alone: its slider, its chart, the whole script for every move."""

from __future__ import annotations

import streamlit as st

from tests.benchmarks.apps import maps, subplots

st.set_page_config(layout="wide")
far_m = st.sidebar.slider(maps.LABEL, maps.LOW, maps.HIGH, maps.DEFAULT, maps.STEP)
st.plotly_chart(subplots.figure(far_m), key="chart")
