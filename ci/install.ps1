<#
.SYNOPSIS
Installs a release on Windows: downloads the archive for this machine, compares its checksum, unpacks it.

.DESCRIPTION
    ci/install.ps1 [-Version VERSION] [-Folder FOLDER] [-KeepPath]

VERSION is that of a release, 1.2.3, or latest. The program is put into FOLDER, which is added to the
Path of the user unless -KeepPath is given. ASYNCAPI_SECURITY_RELEASES in the environment names the
place of releases, if that is not GitHub. Needs PowerShell 5.1 or later.
#>
param(
    [string] $Version = 'latest',
    [string] $Folder = (Join-Path $env:LOCALAPPDATA 'Programs\asyncapi-security-lsp'),
    [switch] $KeepPath
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
# Windows PowerShell draws progress so slowly that a download takes minutes.
$ProgressPreference = 'SilentlyContinue'

$releases = $env:ASYNCAPI_SECURITY_RELEASES
if (-not $releases) {
    $releases = 'https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/releases'
}

# An emulated process is told its own architecture; the second variable has that of the machine.
$machine = $env:PROCESSOR_ARCHITEW6432
if (-not $machine) {
    $machine = $env:PROCESSOR_ARCHITECTURE
}
switch ($machine) {
    'AMD64' { $target = 'x86_64-pc-windows-msvc' }
    'ARM64' { $target = 'aarch64-pc-windows-msvc' }
    default { throw "there is no release for $machine; build it with cargo" }
}

$work = Join-Path ([System.IO.Path]::GetTempPath()) ([System.Guid]::NewGuid().ToString())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    # The newest release has a file that says which one it is.
    if ($Version -eq 'latest') {
        Invoke-WebRequest -UseBasicParsing -Uri "$releases/latest/download/version.txt" -OutFile "$work\version.txt"
        $Version = (Get-Content -Path "$work\version.txt" -Raw).Trim()
    }
    $Version = $Version -replace '^v', ''
    $name = "asyncapi-security-lsp-$Version-$target"
    $from = "$releases/download/v$Version/$name.zip"
    Invoke-WebRequest -UseBasicParsing -Uri $from -OutFile "$work\$name.zip"
    Invoke-WebRequest -UseBasicParsing -Uri "$from.sha256" -OutFile "$work\$name.zip.sha256"

    $expected = ((Get-Content -Path "$work\$name.zip.sha256" -Raw) -split '\s+')[0]
    $actual = (Get-FileHash -Path "$work\$name.zip" -Algorithm SHA256).Hash
    if ($actual -ne $expected) {
        throw "$name.zip does not have the checksum it should have"
    }

    Expand-Archive -Path "$work\$name.zip" -DestinationPath $work
    New-Item -ItemType Directory -Path $Folder -Force | Out-Null
    Copy-Item -Path "$work\$name\asyncapi-security-lsp.exe" -Destination $Folder -Force
}
finally {
    Remove-Item -Path $work -Recurse -Force
}

$path = [Environment]::GetEnvironmentVariable('Path', 'User')
if (-not $KeepPath -and ($path -split ';') -notcontains $Folder) {
    [Environment]::SetEnvironmentVariable('Path', "$path;$Folder".TrimStart(';'), 'User')
    Write-Output "$Folder was added to your Path; new terminals know it"
}
Write-Output "asyncapi-security-lsp $Version for $target is in $Folder"
