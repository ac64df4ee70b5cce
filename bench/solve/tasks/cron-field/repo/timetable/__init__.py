"""Timetables written like those of cron."""
