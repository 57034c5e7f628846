package io.tenon.shell;

import io.tenon.api.Slot;
import io.tenon.api.status.StatusBoard;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code tenon:status}: how the node is made up and how it stands. */
@Component(service = StatusCommand.class, immediate = true,
        property = {"osgi.command.scope=tenon", "osgi.command.function=status"})
public final class StatusCommand {
    private final StatusBoard board;

    @Activate
    public StatusCommand(@Reference(target = Slot.TARGET) StatusBoard board) {
        this.board = board;
    }

    /** Called by Gogo. */
    public String status() {
        return StatusTable.of(board.read());
    }
}
