"""Appointments of one day, in minutes since midnight."""
