"""The engine: works without Streamlit and Plotly. :mod:`scalescope` is its public face."""
