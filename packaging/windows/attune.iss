; Installer for Windows by Inno Setup 6, from build\dist\Attune. UNTRIED: nobody has had a Windows machine for it.
;   iscc /DVersion=0.1.0 packaging\windows\attune.iss
#ifndef Version
  #error give the version: /DVersion=…
#endif

[Setup]
AppId={{6B1F2C0E-5E0B-4D55-9C0E-0C6B7A1D9A41}
AppName=Attune
AppVersion={#Version}
DefaultDirName={autopf}\Attune
DefaultGroupName=Attune
PrivilegesRequired=lowest
OutputDir=..\..\build
OutputBaseFilename=Attune-{#Version}-setup
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
Compression=lzma2
SolidCompression=yes
LicenseFile=..\..\LICENSE
UninstallDisplayIcon={app}\attune.exe

[Files]
Source: "..\..\build\dist\Attune\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Attune"; Filename: "{app}\attune.exe"

; what the person has (%APPDATA%\Attune and %LOCALAPPDATA%\Attune) is not listed, so that uninstalling keeps it
