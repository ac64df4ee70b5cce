"""Of a configuration that nobody vouches for only plain values stay."""

import subprocess
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.git_config import harmless_config

PLAIN = (
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n[remote "origin"]\n\turl = git@example.org:a/b.git\n'
    '\tfetch = +refs/heads/*:refs/remotes/origin/*\n; a remark\n[branch "feature/x"]\n\tmerge = refs/heads/x\n'
)


def test_what_git_itself_writes_stays_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    written = (tmp_path / ".git/config").read_bytes()
    assert harmless_config(written) == (written, ())
    assert harmless_config(PLAIN.encode()) == (PLAIN.encode(), ())


@pytest.mark.parametrize(
    "attack",
    [
        "[core]\n\tfsmonitor = touch ran\n",
        "[core] fsmonitor = touch ran\n",
        "[CORE]\nFsMonitor=touch ran\n",
        "[core]\n\tbare = false\\\n",
        "[include]\n\tpath = evil\n",
        '[includeIf "gitdir:**"]\n\tpath = evil\n',
        "[alias]\n\tst = !touch ran\n",
        '[filter "x y"]\n\tclean = touch ran\n',
        "[core]\n\tworktree = /home\n",
        '[remote "x"]\n\turl = ext::sh -c touch% ran\n',
        '[remote "x"]\n\turl = -oProxyCommand=x\n',
        '[remote "x"]\n\tuploadpack = touch ran\n',
        '[submodule "x"]\n\tupdate = !touch ran\n',
        '[diff]\nexternal = "touch ran"\n',
        "[core]\r\n\tsshCommand = touch ran\r\n",
    ],
)
def test_what_names_a_program_or_leads_elsewhere_does_not(attack: str) -> None:
    kept, dropped = harmless_config((PLAIN + attack).encode())
    assert dropped
    text = kept.decode()
    assert text.startswith(PLAIN)
    assert not any(word in text for word in ("touch", "evil", "/home", "Proxy", "\\"))
