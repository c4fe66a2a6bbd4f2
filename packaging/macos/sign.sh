#!/usr/bin/env bash
# Sign, notarise and staple build/dist/Attune.app, and wrap it into a disk image. UNTRIED: nobody has had a Mac for it.
#   IDENTITY="Developer ID Application: …" PROFILE=notary-profile packaging/macos/sign.sh
# PROFILE was stored once with: xcrun notarytool store-credentials
set -euo pipefail
cd "$(dirname "$0")/../.."
app=build/dist/Attune.app
image="build/Attune-$(python3 -c 'import engine; print(engine.__version__)').dmg"

# from the inside out: every library first, then the bundle
find "$app" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 codesign --force --options runtime --timestamp --sign "$IDENTITY"
codesign --force --options runtime --timestamp --entitlements packaging/macos/entitlements.plist --sign "$IDENTITY" "$app"
codesign --verify --deep --strict "$app"

hdiutil create -volname Attune -srcfolder "$app" -ov -format UDZO "$image"
codesign --sign "$IDENTITY" --timestamp "$image"
xcrun notarytool submit "$image" --keychain-profile "$PROFILE" --wait
xcrun stapler staple "$image"
