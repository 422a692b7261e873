"""Practice calls (練習通話): two real SIP phones hold a written dialogue over the real Asterisk."""
