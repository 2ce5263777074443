//! The profile LibreOffice runs under: made anew for each file, so that nothing of one is seen by the next.

use std::io;
use std::path::Path;

/// No macro, no link followed, no question asked, nothing fetched.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    (
        "Common/Security/Scripting",
        "DisableMacrosExecution",
        "true",
    ),
    (
        "Common/Security/Scripting",
        "BlockUntrustedRefererLinks",
        "true",
    ),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Common/Save/Document", "AutoSave", "false"),
    ("Common/Misc", "FirstRun", "false"),
    ("Common/Misc", "UseOpenCL", "false"),
    ("Common/VCL", "DisableOpenGL", "true"),
    ("Common/Load", "UserDefinedSettings", "false"),
    ("Calc/Content/Update", "Link", "2"),
    ("Writer/Content/Update", "Link", "0"),
    ("Java/VirtualMachine", "Enable", "false"),
];

/// Writes the profile into a folder.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let user = folder.join("user");
    std::fs::create_dir_all(&user)?;
    let items: String = SETTINGS.iter().map(item).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\" \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n{items}</oor:items>\n"
    );
    std::fs::write(user.join("registrymodifications.xcu"), text)
}

fn item((path, name, value): &(&str, &str, &str)) -> String {
    format!(
        "<item oor:path=\"/org.openoffice.Office.{path}\"><prop oor:name=\"{name}\" oor:op=\"fuse\">\
         <value>{value}</value></prop></item>\n"
    )
}
