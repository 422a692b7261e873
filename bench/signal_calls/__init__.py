"""Calls with labels, by which the rules of signals are measured: what should raise which, and what must not.

Written before any rule was. Whoever writes rules reads ``open`` only; see README.md.
"""
