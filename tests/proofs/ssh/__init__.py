"""The parts of the proof over SSH: see ssh.py beside this folder."""
