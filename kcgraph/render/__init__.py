"""The interactive picture: a store's graph as one self-contained HTML file.

store ──gather──▶ Picture ──narrow──▶ Picture ──arrange──▶ places ──page──▶ HTML
"""
