"""The system account that the servers run as: never root, and never with more reach than it needs."""

import os
import pwd
import shutil
import stat
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError

SYSTEM_USER = "ludao"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, folder: Path) -> "Account":
        """Who runs the servers of this folder: its owner; started by root, a system user of ours."""
        if os.geteuid() != 0:
            return cls._named(os.geteuid())
        if folder.exists() and (owner := folder.stat().st_uid) != 0:
            return cls._named(owner)
        return cls._system_user()

    @classmethod
    def _named(cls, uid: int) -> "Account":
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise EmbeddedError(
                f"The user id {uid} has no name on this machine, and PostgreSQL needs one.",
                f"Add a line for it to /etc/passwd, for example: useradd --uid {uid} {SYSTEM_USER}",
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def _system_user(cls) -> "Account":
        """PostgreSQL refuses to run as root, so root lends it a system user without a login."""
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _add_system_user()
            entry = pwd.getpwnam(SYSTEM_USER)
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_other(self) -> bool:
        return os.geteuid() == 0 and self.uid != 0

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def folder(self, path: Path) -> Path:
        """Make (or take back) a folder that only this account may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own(path)
        path.chmod(0o700)
        return path

    def write(self, path: Path, text: str) -> None:
        """Replace a file as a whole, readable by this account only."""
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        self.own(fresh)
        fresh.replace(path)

    def popen(self, command: list[str], folder: Path, log: Path) -> "subprocess.Popen[bytes]":
        """Start a server in its own session, so that Ctrl-C reaches us first and it ends in order."""
        with log.open("ab") as out:
            self.own(log)
            return subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=_environment(folder), start_new_session=True,
                user=self._user, group=self._group, extra_groups=self._groups,
            )

    def run(self, command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, check=False, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env=_environment(folder), user=self._user, group=self._group, extra_groups=self._groups,
        )

    @property
    def _user(self) -> int | None:
        return self.uid if self.is_other else None

    @property
    def _group(self) -> int | None:
        return self.gid if self.is_other else None

    @property
    def _groups(self) -> list[int] | None:
        return [] if self.is_other else None

    def open_way(self, path: Path) -> None:
        """Let this one account walk through the folders above a path (say /root), and no one else."""
        if not self.is_other:
            return
        for folder in reversed(path.resolve().parents):
            if not self._may_walk(folder.stat()):
                _grant_walk(folder, self)

    def _may_walk(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the caller's: a stray PGPORT or PGDATA would lead a server astray."""
    return {"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


def _add_system_user() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "useradd", "--system", "--user-group", "--no-create-home",
               "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    mend = "Start as a normal user, or make the system user by hand: " + " ".join(command)
    if useradd is None:
        raise EmbeddedError("Started as root, but there is no useradd to make a system user with.", mend)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    # 9: someone else made it at the same moment.
    if done.returncode not in (0, 9):
        raise EmbeddedError(f"useradd could not make the system user: {done.stderr.strip()}", mend)


# POSIX access-control lists as the kernel keeps them (linux/posix_acl_xattr.h): a version, then
# (tag, permissions, id) each. Written by hand because setfacl is missing on most machines.
_ACL = "system.posix_acl_access"
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_WALK = 0x01


def _grant_walk(folder: Path, account: Account) -> None:
    entries = _acl(folder)
    entries[_USER, account.uid] = entries.get((_USER, account.uid), 0) | _WALK
    entries[_MASK, _NO_ID] = entries.get((_MASK, _NO_ID), entries[_GROUP_OBJ, _NO_ID]) | _WALK
    packed = b"".join(struct.pack("<HHI", tag, bits, who) for (tag, who), bits in sorted(entries.items()))
    try:
        os.setxattr(folder, _ACL, struct.pack("<I", 2) + packed)
    except (OSError, AttributeError) as error:
        raise EmbeddedError(
            f"The system user {account.name} cannot walk through {folder}, which takes no ACL: {error}",
            f"Put the data folder and the checkout elsewhere, or allow it: chmod o+x {folder}",
        ) from error


def _acl(folder: Path) -> dict[tuple[int, int], int]:
    try:
        raw = os.getxattr(folder, _ACL)
    except (OSError, AttributeError):
        mode = folder.stat().st_mode
        shifts = {_USER_OBJ: 6, _GROUP_OBJ: 3, _OTHER: 0}
        return {(tag, _NO_ID): mode >> shift & 7 for tag, shift in shifts.items()}
    return {(tag, who): bits for tag, bits, who in struct.iter_unpack("<HHI", raw[4:])}
