// Every message between berth's processes, by who speaks with whom; the ids and limits are in
// protocol/message_ids.h. docs/PROTOCOL.md is made from these files.
#pragma once

#include "protocol/client_messages.h"
#include "protocol/keeper_messages.h"
#include "protocol/link_messages.h"
#include "protocol/open_messages.h"
#include "protocol/share_messages.h"
