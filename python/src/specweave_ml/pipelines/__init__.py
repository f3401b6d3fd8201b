"""Pipelines: experiments of stages that build on each other."""
