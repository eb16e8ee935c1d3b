//! On what kind of file system a folder lies: on one over a network neither locks nor syncs can be relied on.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Kinds by the number that `statfs` gives them, as of Linux.
const NETWORK: &[(u64, &str)] = &[
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x0102_1997, "9p"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x7375_7245, "Coda"),
    (0x564c, "NCP"),
    (0x0bd0_0bd0, "Lustre"),
    (0x4750_4653, "GPFS"),
    (0x0116_1970, "GFS2"),
    (0x7461_636f, "OCFS2"),
    (0x1983_0326, "BeeGFS"),
    (0x786f_4256, "a folder shared by VirtualBox"),
    (0xbacb_acbc, "a folder shared by VMware"),
];

/// File systems of user programs: most of them reach over a network, so only those on a disk count as local.
const FUSE: u64 = 0x6573_5546;

/// Where a file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSystem {
    /// On a disk of this machine, or on what looks like one.
    Local,
    /// Over a network, or where nobody knows: its kind, in a word or two.
    Network(String),
}

impl FileSystem {
    /// The file system that `path` lies on; what can't be asked counts as local.
    pub fn of(path: &Path) -> Self {
        let Ok(found) = rustix::fs::statfs(path) else {
            return Self::Local;
        };
        // The field's type differs by machine; the kinds are 32 bits wide.
        let number = u64::try_from(i128::from(found.f_type) & 0xffff_ffff).unwrap_or_default();
        Self::of_number(number, || {
            let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
            let device = fs::metadata(path).map_or(0, |metadata| metadata.dev());
            kind_of_mount(&mounts, device)
        })
    }

    fn of_number(number: u64, mounted_as: impl FnOnce() -> Option<String>) -> Self {
        if number == FUSE {
            return match mounted_as() {
                Some(kind) if kind == "fuseblk" => Self::Local,
                Some(kind) => Self::Network(kind),
                None => Self::Network("FUSE".to_owned()),
            };
        }
        let known = NETWORK.iter().find(|(kind, _)| *kind == number);
        known.map_or(Self::Local, |(_, name)| Self::Network((*name).to_owned()))
    }
}

/// The kind of the mount with a device number, as `/proc/self/mountinfo` has it: `fuse.sshfs`.
fn kind_of_mount(mounts: &str, device: u64) -> Option<String> {
    let device = format!(
        "{}:{}",
        rustix::fs::major(device),
        rustix::fs::minor(device)
    );
    mounts.lines().find_map(|line| {
        let (mount, source) = line.split_once(" - ")?;
        let is_it = mount.split(' ').nth(2) == Some(device.as_str());
        is_it.then(|| source.split(' ').next().unwrap_or_default().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ext4(0xef53, None)]
    #[case::btrfs(0x9123_683e, None)]
    #[case::memory(0x0102_1994, None)]
    #[case::overlay(0x794c_7630, None)]
    #[case::nfs(0x6969, Some("NFS"))]
    #[case::cifs(0xff53_4d42, Some("CIFS"))]
    #[case::smb2(0xfe53_4d42, Some("SMB2"))]
    #[case::plan9(0x0102_1997, Some("9p"))]
    fn kinds_are_told_by_their_number(#[case] number: u64, #[case] network: Option<&str>) {
        let expected = network.map_or(FileSystem::Local, |kind| FileSystem::Network(kind.into()));
        assert_eq!(FileSystem::of_number(number, || None), expected);
    }

    #[rstest]
    #[case::sshfs("fuse.sshfs", true)]
    #[case::a_local_disk("fuseblk", false)]
    fn a_file_system_of_a_program_is_told_by_its_mount(
        #[case] mounted: &str,
        #[case] is_network: bool,
    ) {
        let mounts = format!(
            "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
             36 24 0:49 / /mnt/far rw,nosuid shared:1 - {mounted} ada@far: rw\n"
        );
        let device = rustix::fs::makedev(0, 49);
        let found = FileSystem::of_number(FUSE, || kind_of_mount(&mounts, device));
        let expected = if is_network {
            FileSystem::Network(mounted.to_owned())
        } else {
            FileSystem::Local
        };
        assert_eq!(found, expected);
        assert_eq!(
            FileSystem::of_number(FUSE, || None),
            FileSystem::Network("FUSE".to_owned())
        );
    }
}
