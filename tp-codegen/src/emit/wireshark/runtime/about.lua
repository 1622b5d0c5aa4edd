--
-- A dissector of the Thousand Parsec protocols for Wireshark and tshark.
--
-- To try it:       tshark -X lua_script:THIS_FILE -r capture.pcapng
-- To install it:   put this file into the folder that Help > About Wireshark > Folders calls
--                  "Personal Lua Plugins", and start Wireshark anew.
--
-- It runs with the Lua of any Wireshark from 4.0 on. Ports are set in Preferences > Protocols > TP, and
-- whether passwords and keys are shown: to tshark, that is -o tp.show_secrets:TRUE.

