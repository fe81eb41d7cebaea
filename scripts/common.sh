# Sourced by the scripts at the repository's root. Bash: functions, and how the dotnet tool behaves.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
export DOTNET_GENERATE_ASPNET_CERTIFICATE=false

# Prints the comment at the head of the script: its help text. Of one that is not at the root its path is named.
print_head() {
  sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "${1:-$(basename "$0")}"
}

# The runtime identifier of this machine.
machine_rid() {
  case "$(uname -m)" in
    x86_64) echo linux-x64 ;;
    aarch64) echo linux-arm64 ;;
    *) echo "linux-$(uname -m)" ;;
  esac
}

# Stops with a sentence when there is no .NET 10 SDK.
require_dotnet() {
  if ! command -v dotnet >/dev/null || ! dotnet --list-sdks 2>/dev/null | grep -q '^1[0-9]\.'; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    return 1
  fi
}

# require_packages WHAT_FOR PACKAGE...: installs Debian packages that are missing. As root it installs
# them; otherwise it asks for sudo, and without a terminal it prints the line to run and fails. What apt
# prints is shown only when it fails.
require_packages() {
  local purpose=$1 missing=() package log=out/install.log
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "Install what $purpose needs with your package manager: ${missing[*]}" >&2
    return 1
  fi
  echo "Installing for $purpose: ${missing[*]}" >&2
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      echo "Run as root: apt-get update && apt-get install -y ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  mkdir -p out
  if ! {
    "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}

# The stacks that no one here wrote: GStreamer's, usrsctp and coturn from Debian, werift and libwebrtc from
# npm.
require_stacks() {
  local folder=tests/Interop.Tests/node
  require_packages "interop tests" python3-gi gir1.2-gst-plugins-bad-1.0 gstreamer1.0-tools \
    gstreamer1.0-nice gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
    gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav coturn || return 1
  require_packages "SCTP against usrsctp" gcc libc6-dev libusrsctp-dev || return 1
  command -v npm >/dev/null || require_packages "interop tests" nodejs npm || return 1
  [ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ] ||
    npm ci --prefix $folder --no-audit --no-fund >&2
}

# Cloudflare's own client from npm, as one script for a page.
require_partytracks() {
  local folder=tests/EndToEnd.Tests/partytracks
  command -v npm >/dev/null || require_packages "browser tests" nodejs npm || return 1
  [ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ] ||
    npm ci --prefix $folder --no-audit --no-fund >&2 || return 1
  [ $folder/node_modules/page.js -nt $folder/entry.mjs ] || npm run --silent --prefix $folder bundle >&2
}

# The agent that tests of discovery start. Debian 12 packs none, Debian 11 does (1.8.7): its suite is added in
# a file of its own, from the mirror that this machine uses, and is good for this one package. Both files go
# when it is installed, so that a mirror that drops the suite breaks no later update.
require_consul() {
  command -v consul >/dev/null && return 0
  local list=/etc/apt/sources.list.d/edge-consul.list pin=/etc/apt/preferences.d/edge-consul
  local keys=/usr/share/keyrings/debian-archive-keyring.gpg log=out/install.log mirror as_root=()
  if ! grep -q '^VERSION_CODENAME=bookworm' /etc/os-release 2>/dev/null; then
    require_packages "tests of discovery" consul
    return
  fi
  echo "Installing for tests of discovery: consul, of Debian 11" >&2
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      echo "Run as root: bash -c '. scripts/common.sh; require_consul'" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  mkdir -p out
  if ! {
    "${as_root[@]}" apt-get update -qq &&
      mirror=$(apt-get indextargets --format '$(CREATED_BY) $(CODENAME) $(COMPONENT) $(REPO_URI)' |
        sed -n 's/^Packages bookworm main //p' | head -1) && [ -n "$mirror" ] &&
      echo "deb [signed-by=$keys] $mirror bullseye main" | "${as_root[@]}" tee $list &&
      printf '%s\n' 'Package: *' 'Pin: release n=bullseye' 'Pin-Priority: -1' '' \
        'Package: consul' 'Pin: release n=bullseye' 'Pin-Priority: 500' | "${as_root[@]}" tee $pin &&
      "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends consul
  } >"$log" 2>&1; then
    cat "$log" >&2
  fi
  "${as_root[@]}" rm -f $list $pin
  command -v consul >/dev/null
}

# libssl and libcrypto 3, which the media plane calls.
require_openssl() {
  local library
  library=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
  grep -q 'libssl\.so\.3' <<<"$library" || require_packages "DTLS and SRTP" libssl3
}

# git of this repository, whoever owns its files; it fails without a word where there is none.
git_of_here() {
  git -c safe.directory='*' "$@" 2>/dev/null
}

# The version, which stands in one place.
source_version() {
  sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props
}

# Whether NativeAOT can link here.
has_native_toolchain() {
  command -v gcc >/dev/null && [ -e /usr/include/zlib.h ]
}

# A hash of everything an executable is built from, the SDK too, whether committed or not.
source_hash() {
  {
    dotnet --version
    find edge anycast control Directory.* publish.sh \
      \( -name bin -o -name obj \) -prune -o -type f ! -name '*.md' -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -c 1-64
}

# The projects that become executables.
executables() {
  grep -rl --include='*.csproj' '<PublishAot>true</PublishAot>' edge anycast control | sort
}

# The project of an executable's name.
executable_project() {
  local project
  for project in $(executables); do
    if [ "$(executable_name "$project")" = "$1" ]; then
      echo "$project"
      return 0
    fi
  done
  return 1
}

# The names of all executables, on one line.
executable_names() {
  local project names=()
  for project in $(executables); do
    names+=("$(executable_name "$project")")
  done
  echo "${names[*]}"
}

# The name of the file that a project's executable has.
executable_name() {
  local name
  name=$(sed -n 's:.*<AssemblyName>\(.*\)</AssemblyName>.*:\1:p' "$1")
  echo "${name:-$(basename "$1" .csproj)}"
}
