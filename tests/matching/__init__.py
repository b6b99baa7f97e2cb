"""Tests of bot/matching, one file a module."""
