"""Tests of bot/language, one file a module."""
