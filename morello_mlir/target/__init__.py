"""Machines: instructions, how they match Specs, and what a target is."""
