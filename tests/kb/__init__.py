"""Tests of bot/kb, one file a module."""
